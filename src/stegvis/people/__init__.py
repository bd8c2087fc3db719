"""People: accounts, roles, sites, caseloads; identity kept apart from the participant code."""

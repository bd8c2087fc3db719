"""For the physiotherapist: visits, goals, the plan made together, ratings read out. Nothing here knows an arm."""

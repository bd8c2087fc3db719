"""Scheduling: what is due, late or missed at a site, days moved with a reason, thank-you gifts, and the grid of all of it."""

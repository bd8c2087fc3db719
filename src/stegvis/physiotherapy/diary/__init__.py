"""The diary: what was done, rested or set back on a day, and what counts of it."""

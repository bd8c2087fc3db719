"""Monitoring: blind oversight: recruitment, completeness, windows, retention; never an arm."""

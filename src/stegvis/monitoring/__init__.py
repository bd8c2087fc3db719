"""Monitoring: blind oversight: recruitment, completeness, windows, retention, data queries; never an arm."""

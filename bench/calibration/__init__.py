"""Calibration: how often each interval holds the truth in made-up trials of this size, also where a method is known to fail."""

"""Checks: central statistical monitoring of a trial that is still blind: numbers in, signals out, and no proof."""

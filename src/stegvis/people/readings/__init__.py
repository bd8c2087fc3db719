"""Checks of who opened whose record: samples drawn by chance, what explains each reading, what was found."""

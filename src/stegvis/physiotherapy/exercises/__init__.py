"""Exercises: the library that the physiotherapist chooses from, and what was chosen for a person's plan."""

"""Simulated: trials made up with a truth that is known, and planned analyses carried out on thousands of them at once."""

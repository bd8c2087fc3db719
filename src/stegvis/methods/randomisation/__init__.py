"""Randomisation: generates and verifies concealed allocation sequences from a recorded seed."""

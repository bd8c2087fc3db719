"""Analyses: what is computed for each section of the report; each gives findings and prints nothing."""

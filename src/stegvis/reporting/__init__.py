"""Reporting: locks the data, writes the extract, runs the analysis plan, keeps who opened the report."""

"""Analysis: from an extract and a signed plan to estimates, tables, figures and the printed report."""

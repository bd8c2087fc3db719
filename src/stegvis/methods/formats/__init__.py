"""Formats: an extract in the formats of others: CSV, Parquet, SPSS, Stata, CDISC, REDCap, FHIR; and REDCap's read back."""

"""Exchange: out and in, in the field's formats: FHIR, CSV with codebook."""

"""Instruments: FHIR questionnaires: definitions, enablement, validation, scoring, the pain map."""

"""Consent: information sheets, consents, withdrawals in layers (GCP, FHIR Consent)."""

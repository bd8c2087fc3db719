"""Coordinator: overview, screening, participants, randomising, alerts, calls, the study's messages; never an arm unasked."""

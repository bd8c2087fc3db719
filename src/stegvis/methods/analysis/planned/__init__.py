"""Planned: the analyses that a plan lists under `[[analyses]]`, each by one method, each bound to an estimand."""

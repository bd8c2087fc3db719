"""Assessments: occasions, questionnaires answered, scores, corrections (FHIR QuestionnaireResponse, CDISC QRS)."""

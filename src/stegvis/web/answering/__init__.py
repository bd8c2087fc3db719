"""Questions of any questionnaire as forms and pages: for the participant, for staff, and as files without a server."""

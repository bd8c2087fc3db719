"""The therapist's wing: who needs an answer, homework beside the reply, messages, guidance time, the programme's notes.

Only people of one's own caseload who have a course are here; everyone else is the same 404 as nobody.
"""

"""The participant's wing: consent, today, questionnaires, the programme, activity, goals, messages, my study.

Nothing here may tell someone in an arm without the programme that it exists: what they do not have is a 404 by every
address, and no page names it.
"""

"""Visiting: what is said, asked, measured and agreed at the visits, each with who and when; nothing here knows an arm."""

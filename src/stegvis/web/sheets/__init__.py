"""Sheets: worksheets as they were kept, for whoever may read them: the person, and those they share one with."""

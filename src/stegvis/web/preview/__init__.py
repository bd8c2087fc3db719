"""Preview: a programme's folder as pages, for its authors: no trial, no database, no sign-in."""

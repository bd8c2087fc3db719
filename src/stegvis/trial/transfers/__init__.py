"""Transfers: a participant goes on at another site; one hands over, the other takes over, and nobody is without care."""

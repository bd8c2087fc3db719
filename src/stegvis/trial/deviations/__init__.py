"""Deviations: what did not go as the protocol says, about a person or a site; judged, put right, never deleted (CDISC DV)."""

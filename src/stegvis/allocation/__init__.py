"""Allocation: gives the next arm of a concealed sequence; unblinding (CONSORT: concealment, implementation)."""

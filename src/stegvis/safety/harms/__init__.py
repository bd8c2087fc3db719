"""Harms: adverse events as they were told, described, judged twice, settled, and told to the sponsor (ICH E2A)."""

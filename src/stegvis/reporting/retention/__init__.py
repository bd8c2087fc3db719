"""Retention: what is due to be deleted, who agreed to it, and the one way past the walls that refuse it."""

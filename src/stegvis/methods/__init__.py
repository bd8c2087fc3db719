"""Methods: what is computed, pure: nothing here knows Django, a database, the clock or the network."""

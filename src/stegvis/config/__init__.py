"""Config: settings, root addresses, the command line, the launcher; the only reader of the environment."""

"""Device data: steps and activities that a person took from a telephone or a watch, kept apart from their own diary."""

"""Life: what happens to a participant that stops what the trial sends: death, a stay in hospital, a move."""

"""Public: what anybody may open, and how one signs in."""

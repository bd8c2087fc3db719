"""What a trial's folder says, and the arithmetic of its schedule."""

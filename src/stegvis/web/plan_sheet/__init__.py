"""The plan as a week and as a sheet of paper, the same for whoever makes it and whoever carries it home."""

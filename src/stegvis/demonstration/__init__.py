"""Demonstration: a made-up cohort driven through the same actions that the pages call, on a simulated clock."""

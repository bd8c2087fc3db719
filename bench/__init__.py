"""Benchmarks: how fast pages answer as a trial grows. Run by hand, never among the tests; see README.md beside this file."""

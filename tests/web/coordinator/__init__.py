"""Tests of the coordinator's wing."""

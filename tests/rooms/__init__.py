"""Tests of the domain rooms."""

"""Tests of the outcome assessor's pages."""

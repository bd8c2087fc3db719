"""Tests of the room `physiotherapy`."""

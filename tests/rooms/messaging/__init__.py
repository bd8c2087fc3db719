"""Tests of the room `messaging`."""

"""The tests of the room `monitoring`."""

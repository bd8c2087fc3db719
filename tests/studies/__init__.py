"""The trials themselves: the example trial, and a second one that shares nothing with it."""

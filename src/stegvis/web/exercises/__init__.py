"""Exercises as people see them, whoever looks: the words around them, and one shape for every page that shows one."""

"""Sections: one module for each part of the report; each turns findings into blocks and computes nothing."""

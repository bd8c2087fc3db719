"""Brings every module that enters functions in the table."""

from stegvis.methods.instruments.fhirpath import (
    functions_collections,
    functions_conversion,
    functions_numbers,
    functions_precision,
    functions_sdc,
    functions_texts,
    functions_tree,
    types,
)

__all__ = [
    "functions_collections",
    "functions_conversion",
    "functions_numbers",
    "functions_precision",
    "functions_sdc",
    "functions_texts",
    "functions_tree",
    "types",
]

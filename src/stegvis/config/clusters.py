"""Clusters: where long computations may go when an address is given. `methods` only sees something with `map`."""

from __future__ import annotations

from concurrent.futures import Executor


def cluster(address: str) -> Executor:
    """The executor of the Dask cluster at `address`; needs the package `distributed`, which Stegvis does not install."""
    try:
        from distributed import Client  # type: ignore[import-not-found]
    except ImportError:
        raise RuntimeError(
            "A Dask cluster needs the package distributed, and it is not installed. Install it, or use --workers."
        ) from None
    found: Executor = Client(address).get_executor()
    return found

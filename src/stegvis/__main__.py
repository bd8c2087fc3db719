"""`python -m stegvis` is the same as `stegvis`."""

from stegvis.config.cli import main

main()

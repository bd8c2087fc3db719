"""`python -m stegvis` is the same as `stegvis`."""

from stegvis.config.cli import main

if __name__ == "__main__":
    main()

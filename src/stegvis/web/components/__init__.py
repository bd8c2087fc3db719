"""Components: what the pages of every wing are built from; README.md beside this file is their reference."""

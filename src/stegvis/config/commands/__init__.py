"""The commands of `stegvis`, one module each, exposing a click command named `command`; listed in `config.cli.COMMANDS`."""

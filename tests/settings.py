"""Settings of the tests: the real ones, in mode `test`, which pytest must set before they are read."""

import os

os.environ["STEGVIS_MODE"] = "test"
os.environ.pop("DATABASE_URL", None)  # tests have a server of their own, whatever the shell says

from stegvis.config.settings import *  # noqa: F403

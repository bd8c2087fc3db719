"""Logs without personal data.

A log is read by people who may not read the trial's data. So a traceback keeps its places but not the exception's text
(a database error repeats the values it refused), addresses of mail are masked, and so are the long tokens and query
strings of web addresses, since a one-time sign-in link is a key.
"""

import logging
import re
import time
import traceback
from logging.handlers import WatchedFileHandler
from pathlib import Path
from types import TracebackType

_MAIL = re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+")
_QUERY = re.compile(r"\?[^\s\"']+")
_TOKEN = re.compile(r"[A-Za-z0-9_=-]{20,}(?::[A-Za-z0-9_:=-]+)*")


def mask(text: str) -> str:
    """`text` without mail addresses, query strings and tokens of 20 characters or more."""
    return _TOKEN.sub("…", _QUERY.sub("?…", _MAIL.sub("…@…", text)))


class PrivateFormatter(logging.Formatter):
    """One line per event in UTC; tracebacks with places only."""

    converter = staticmethod(time.gmtime)
    default_msec_format = "%s.%03d"

    def __init__(self) -> None:
        super().__init__("%(asctime)sZ %(levelname)s %(process)d %(name)s: %(message)s")

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 -- logging's own name
        """The line itself, masked."""
        record.message = mask(record.message)
        return super().formatMessage(record)

    def formatException(  # noqa: N802 -- logging's own name
        self,
        ei: tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None],
    ) -> str:
        """Where it happened and what kind it was; never what it said."""
        kind, _, trace = ei
        places = "".join(traceback.format_tb(trace)).rstrip()
        return f"{places}\n{kind.__module__}.{kind.__qualname__}" if kind else places


def private_file(path: Path) -> logging.Handler:
    """A log file that only its owner can read; opened at the first line, so that settings alone make no file."""
    return _PrivateFile(path, delay=True, encoding="utf-8")


class _PrivateFile(WatchedFileHandler):
    """Reopens itself when the file was rotated away."""

    def _open(self):  # type: ignore[no-untyped-def]  # as in logging
        path = Path(self.baseFilename)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600, exist_ok=True)
        return super()._open()

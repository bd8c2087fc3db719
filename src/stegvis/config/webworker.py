"""What each process of our own web server loads: the application, tied to the server's life."""

import signal

from stegvis.config.lifeline import die_with_parent

die_with_parent(signal.SIGKILL)

from stegvis.config.collecting import look_less_often  # noqa: E402 -- a server killed meanwhile must not wait for this
from stegvis.config.wsgi import application  # noqa: E402

look_less_often()

__all__ = ["application"]

"""Gateways for text messages: where one is handed over. A file outbox for trying things out, and a provider's HTTP interface.

Which one is a setting. A gateway raises `OSError` when it did not take a message; its text never holds number or words.
"""

import json
import re
from base64 import b64encode
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Protocol
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

from django.conf import settings

from stegvis.audit import clock

SECONDS = 20
"""How long a provider may take to answer."""

SWEDEN = "+46"
_NUMBER = re.compile(r"\+[1-9]\d{6,14}")


class Gateway(Protocol):
    """Hands over one text message."""

    def send(self, to: str, text: str, report_to: str) -> None:
        """Send `text` to a number written as +46701740605. Raises OSError when it was not taken.

        `report_to` is the address at which the provider tells later whether it was delivered.
        """


class NotTaken(OSError):
    """A provider did not take a message; says why without number or words."""


@dataclass(frozen=True)
class FileOutbox:
    """Writes each message into a file of a folder, one after the other."""

    folder: Path

    def send(self, to: str, text: str, report_to: str) -> None:
        """Write it down; the name tells the time and the order. Nobody reports anything of a file."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        for number in count(len(list(self.folder.glob("*.txt"))) + 1):
            name = f"{clock.local(clock.now()):%Y%m%d-%H%M%S}-{number:05}.txt"
            try:
                with (self.folder / name).open("x", encoding="utf-8") as file:
                    file.write(f"{to}\n\n{text}\n")
            except FileExistsError:  # several workers may send at once
                continue
            return


@dataclass(frozen=True)
class Elks:
    """The HTTP interface of 46elks: a form with from, to and message, signed in with HTTP's basic authentication.

    Source: the provider's reference of `POST /a1/sms`; it answers 200 with a JSON object that has an `id`. What became of
    the message it posts to `whendelivered` (its reference, *SMS delivery reports*).
    """

    address: str
    user: str
    password: str = field(repr=False)
    sender: str

    def send(self, to: str, text: str, report_to: str) -> None:
        """Post it; anything but an answer with an id is a refusal."""
        signed = b64encode(f"{self.user}:{self.password}".encode()).decode()
        form = {"from": self.sender, "to": to, "message": text, "whendelivered": report_to}
        request = Request(  # noqa: S310 - the setting is checked to be an http address
            self.address,
            data=urlencode(form).encode(),
            headers={"Authorization": f"Basic {signed}", "Content-Type": "application/x-www-form-urlencoded"},
        )
        try:
            with urlopen(request, timeout=SECONDS) as response:  # noqa: S310
                answer = json.loads(response.read())
        except HTTPError as error:
            error.close()
            raise NotTaken(f"the provider answered {error.code}") from None
        except URLError as error:
            raise NotTaken(f"the provider cannot be reached ({type(error.reason).__name__})") from None
        except ValueError:
            raise NotTaken("the provider's answer cannot be read") from None
        if not isinstance(answer, dict) or not answer.get("id"):
            raise NotTaken("the provider's answer has no id")


def gateway() -> Gateway | None:
    """The gateway that the settings name; None where text messages are off."""
    if settings.SMS == "46elks":
        return Elks(settings.SMS_ADDRESS, settings.SMS_USER, settings.SMS_PASSWORD, settings.SMS_FROM)
    return FileOutbox(settings.SMS_FILE_PATH) if settings.SMS == "file" else None


def number(phone: str) -> str | None:
    """A telephone number as providers want it, such as +46701740605; None for what is none. Without + it is Swedish."""
    digits = re.sub(r"[^\d+]", "", phone.strip())
    if digits.startswith("00"):
        digits = f"+{digits[2:]}"
    elif digits.startswith("0"):
        digits = f"{SWEDEN}{digits[1:]}"
    return digits if _NUMBER.fullmatch(digits) else None

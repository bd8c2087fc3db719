"""The picture and the letters with which a new member of staff sets up an authenticator app (RFC 6238)."""

from dataclasses import dataclass, field

import pyotp
import segno

ISSUER = "Stegvis"


@dataclass(frozen=True)
class SettingUp:
    """`picture` is a data address, allowed for images and for nothing else; `spelt` the secret in groups of four."""

    picture: str = field(repr=False)
    spelt: str = field(repr=False)


def setting_up(secret: str, code: str) -> SettingUp:
    """The picture for an app's camera, and the same secret to type. Dark on white, whatever the theme: cameras need it."""
    address = pyotp.TOTP(secret).provisioning_uri(name=code, issuer_name=ISSUER)
    picture = segno.make(address, error="m").svg_data_uri(scale=5, border=3, dark="#000", light="#fff")
    spelt = " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))
    return SettingUp(picture=picture, spelt=spelt)

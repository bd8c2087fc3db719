"""Package: a Word file whose bytes depend on nothing but what it says.

A .docx is a zip (ECMA-376 part 2). python-docx stamps each part with the time of day; here every part bears the first day
that a zip can name, and the document's own properties the time of the extract.
"""

from __future__ import annotations

import datetime as dt
import io
import zipfile

from docx.document import Document

NO_TIME = (1980, 1, 1, 0, 0, 0)
UNIX, PLAIN_FILE = 3, 0o600 << 16


def describe(document: Document, *, title: str, subject: str, language: str, written_at: dt.datetime) -> None:
    """The document's properties (Dublin Core); `written_at` aware, UTC, stands for made and changed alike."""
    properties = document.core_properties
    properties.title, properties.subject, properties.language = title, subject, language
    properties.author = properties.last_modified_by = "Stegvis"
    properties.comments = properties.keywords = properties.category = ""
    properties.created = properties.modified = written_at
    properties.revision = 1
    _drop_picture_of_template(document)


def _drop_picture_of_template(document: Document) -> None:
    """python-docx's template brings a preview of itself, which would show an empty page as if it were the report."""
    relations = document.part.package.rels
    for key in [key for key, one in relations.items() if one.reltype.endswith("/thumbnail")]:
        del relations[key]


def as_bytes(document: Document) -> bytes:
    """The file, the same for the same document."""
    stamped, plain = io.BytesIO(), io.BytesIO()
    document.save(stamped)
    with zipfile.ZipFile(stamped) as source, zipfile.ZipFile(plain, "w") as target:
        for part in source.infolist():
            info = zipfile.ZipInfo(part.filename, NO_TIME)
            info.compress_type, info.create_system, info.external_attr = zipfile.ZIP_DEFLATED, UNIX, PLAIN_FILE
            target.writestr(info, source.read(part))
    return plain.getvalue()

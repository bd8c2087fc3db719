"""A large file posted by a form without JavaScript: kept in a file without a name, which is gone when the request ends.

Django's own handler would leave a copy in the temporary folder for as long as the process runs; its handler in memory
does not take what is larger than a form. Only addresses in `TAKEN_AT` take a large file; everywhere else it is not there,
as before, and the form says that a file must be chosen.
"""

import tempfile
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, StopUpload

TAKEN_AT = ("/activity/devices/",)
ABOVE_FILES = 100_000
"""What a form is longer than its file, at most."""


class UnnamedFileHandler(FileUploadHandler):
    """Takes what the handler in memory leaves."""

    def handle_raw_input(
        self, input_data: Any, META: Any, content_length: int, boundary: Any, encoding: Any = None  # noqa: N803
    ) -> None:  # fmt: skip
        """Look where it is sent to, before anything is read."""
        from django.conf import settings

        path = str(META.get("PATH_INFO", ""))
        self._takes = content_length > settings.FILE_UPLOAD_MAX_MEMORY_SIZE and path.endswith(TAKEN_AT)
        self._most = settings.DEVICE_FILE_MEGABYTES * 1_000_000 + ABOVE_FILES
        if self._takes and content_length > self._most:
            raise StopUpload(connection_reset=True)

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """A file begins."""
        super().new_file(*args, **kwargs)
        if self._takes:
            self._file = tempfile.TemporaryFile()  # noqa: SIM115 -- closed by the request, with all its files

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        """Some of it."""
        if not self._takes:
            return raw_data
        self._file.write(raw_data)
        return None

    def file_complete(self, file_size: int) -> UploadedFile | None:
        """All of it."""
        if not self._takes:
            return None
        self._file.seek(0)
        return UploadedFile(self._file, self.file_name, self.content_type or "", file_size)

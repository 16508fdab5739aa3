"""The ring of secret keys that a process seals and digests with. It may change while the process runs."""

import logging
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

from app.core.domain.secrets import SecretBox
from app.core.environment import words

log = logging.getLogger(__name__)

_Stamp = tuple[int, int, int]


class KeyRing:
    """The secret keys, the newest first: those given, or those that a file holds at the moment.

    A file that is replaced is noticed at the next use, in every process. One that is gone, or holds something
    else, changes nothing: the keys last read go on serving.
    """

    def __init__(self, keys: Sequence[str], file: Path | None = None) -> None:
        """`keys` are usable ones; `file` is where they were read from, None when they never change."""
        self._keys = tuple(keys)
        self._file = file
        self._seen: _Stamp | None = None
        self._lock = threading.Lock()

    def __iter__(self) -> Iterator[str]:
        if self._file is not None and _stamp(self._file) != self._seen:
            self._read(self._file)
        return iter(self._keys)

    def __repr__(self) -> str:
        return "KeyRing(…)"

    def _read(self, file: Path) -> None:
        with self._lock:
            self._seen = _stamp(file)  # before the file is read: a change in between is seen the next time
            try:
                keys = read_keys(file)
                SecretBox(keys)
            except (OSError, ValueError) as error:
                log.error("secret_keys_unusable", extra={"error": type(error).__name__})
                return
            self._keys = keys


def read_keys(file: Path) -> tuple[str, ...]:
    """The keys in a file, the newest first. Raises OSError and UnicodeDecodeError."""
    return words(file.read_text(encoding="utf-8"))


def _stamp(file: Path) -> _Stamp | None:
    """What differs once the file is another one; None when it is not there."""
    try:
        status = file.stat()
    except OSError:
        return None
    return status.st_ino, status.st_mtime_ns, status.st_size

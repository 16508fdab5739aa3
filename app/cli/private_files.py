"""Generated values in files that only their owner may read."""

import os
from pathlib import Path


def write_private(path: Path, text: str) -> None:
    """Put `text` there, mode 0600 from its first byte, whole or not at all."""
    whole = path.with_name(f"{path.name}.new")
    whole.unlink(missing_ok=True)
    descriptor = os.open(whole, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    whole.rename(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)  # a key that something is sealed with must not go with a power cut
    finally:
        os.close(folder)


def private_folder(path: Path) -> Path:
    """The folder, made with mode 0700 when it is not there."""
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path

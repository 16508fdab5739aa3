"""Secrets by reference: `env:NAME` or `file:/absolute/path` stands for a value that only the worker looks up.

Pure: what a reference is, and which variables may be named. A reference is no secret, and may be shown.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from fnmatch import fnmatchcase
from pathlib import PurePosixPath

_SPELLED = re.compile(r"(?s)(env|file):(.*)")
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f]")

# Muster's own secrets, and what the worker signs in to its own surroundings with: whoever may register an
# endpoint could have them sent to a server of his.
NEVER_ALLOWED = (
    "MUSTER_*",
    "DATABASE_URL",
    "PG*",
    "TEMPORAL_*",
    "FSSPEC_*",
    "AWS_*",
    "AZURE_*",
    "GOOGLE_*",
    "ALIBABA_*",
    "*_PROXY",
)


class ReferenceKind(StrEnum):
    """Where the value is."""

    ENV = "env"
    FILE = "file"


@dataclass(frozen=True)
class Reference:
    """`name` is that of a variable, or the absolute path of a file."""

    kind: ReferenceKind
    name: str

    def __str__(self) -> str:
        return f"{self.kind}:{self.name}"


def parse_reference(text: str) -> Reference | None:
    """The reference that a secret's text is; None when it is the secret itself.

    Raises ValueError, with a sentence, for a text that begins like a reference and is none.
    """
    found = _SPELLED.fullmatch(text)
    if found is None:
        return None
    kind, name = ReferenceKind(found[1]), found[2]
    if kind is ReferenceKind.ENV and not _VARIABLE.fullmatch(name):
        raise ValueError("After env: comes the name of a variable: letters, digits and _.")
    if kind is ReferenceKind.FILE and (not PurePosixPath(name).is_absolute() or _UNPRINTABLE.search(name)):
        raise ValueError("After file: comes an absolute path, without control characters.")
    return Reference(kind, name)


def may_refer_to(variable: str, patterns: Iterable[str]) -> bool:
    """Whether secrets may refer to this variable: one of `patterns` fits, and it is none of NEVER_ALLOWED."""
    is_own = any(fnmatchcase(variable.upper(), pattern) for pattern in NEVER_ALLOWED)
    return not is_own and any(fnmatchcase(variable, pattern) for pattern in patterns)

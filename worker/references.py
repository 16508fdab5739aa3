"""Looking up secrets that are given by reference, in the worker's environment or in files under its roots."""

import fcntl
import os
import stat
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from app.core.domain.references import Reference, ReferenceKind, may_refer_to, parse_reference
from app.core.domain.runs import RunErrorCode
from worker.sources import SourceError

MAX_BYTES = 64 * 1024
# Where the kernel shows processes and devices, and where platforms put what the worker itself signs in with.
_NEVER_ALLOWED = tuple(
    Path(folder)
    for folder in (
        "/proc",
        "/sys",
        "/dev",
        *(
            f"{run}/secrets/{name}"
            for run in ("/run", "/var/run")
            for name in (
                "kubernetes.io",
                "eks.amazonaws.com",
                "azure",
                "tokens",
                "workload-spiffe-credentials",
            )
        ),
    )
)


@dataclass(frozen=True)
class ReferenceRules:
    """What references may point at: variables whose names fit a pattern, files under a root. By default
    nothing. `own_files` are folders of Muster's own, forbidden also when they lie under a root."""

    env_patterns: tuple[str, ...] = ()
    file_roots: tuple[Path, ...] = ()
    own_files: tuple[Path, ...] = ()


def resolve(
    secrets: Mapping[str, str], rules: ReferenceRules, environment: Mapping[str, str]
) -> dict[str, str]:
    """The secrets by parameter, each reference replaced by what it stands for.

    Raises SourceError BAD_CONFIG, naming reference and parameter but never a value, for a reference that
    points at nothing usable or at something it must not point at.
    """
    return {field: _value(field, text, rules, environment) for field, text in secrets.items()}


def _value(field: str, text: str, rules: ReferenceRules, environment: Mapping[str, str]) -> str:
    try:
        reference = parse_reference(text)
    except ValueError as error:
        raise SourceError(
            RunErrorCode.BAD_CONFIG, f"The parameter {field} is no usable reference. {error}", field=field
        ) from None
    if reference is None:
        return text
    try:
        return _look_up(reference, rules, environment)
    except _Unusable as error:
        raise SourceError(
            RunErrorCode.BAD_CONFIG,
            f"The parameter {field} refers to {reference}, {error.reason}.",
            hint=error.hint,
            field=field,
        ) from None


class _Unusable(Exception):
    """`reason` goes on after "The parameter … refers to …,"."""

    def __init__(self, reason: str, hint: str | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.hint = hint


def _look_up(reference: Reference, rules: ReferenceRules, environment: Mapping[str, str]) -> str:
    if reference.kind is ReferenceKind.FILE:
        return _text(_read_file(Path(reference.name), rules))
    if not may_refer_to(reference.name, rules.env_patterns):
        raise _Unusable(
            "a variable that secrets may not refer to",
            "MUSTER_SECRET_ENV of the worker says which may be; variables of Muster itself, and the worker's "
            "own credentials, never.",
        )
    if reference.name not in environment:
        raise _Unusable("which the worker's environment does not have")
    return _text(os.fsencode(environment[reference.name]))


def _text(content: bytes) -> str:
    try:
        text = content.decode()
    except UnicodeDecodeError:
        raise _Unusable("which is not UTF-8 text") from None
    if len(content) > MAX_BYTES:
        raise _Unusable(f"which holds more than {MAX_BYTES // 1024} kB")
    text = text.removesuffix("\n").removesuffix("\r")
    if not text:
        raise _Unusable("which is empty")
    return text


def _read_file(path: Path, rules: ReferenceRules) -> bytes:
    """Its first MAX_BYTES and one more. What counts is where the opened file lies, not what its name says:
    between a check and the opening, a link in the path may come to lead elsewhere."""
    _refuse_outside(Path(os.path.realpath(path)), rules)
    try:
        # Not waiting for the other end of a pipe, should it be one.
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC)
    except OSError as error:
        raise _Unusable(f"which the worker cannot open ({error.strerror})") from None
    try:
        _refuse_outside(_real_path(descriptor), rules)
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise _Unusable("which is no regular file")
        with os.fdopen(descriptor, "rb", closefd=False) as file:
            return file.read(MAX_BYTES + 1)
    except OSError as error:
        raise _Unusable(f"which the worker cannot read ({error.strerror})") from None
    finally:
        os.close(descriptor)


def _refuse_outside(real: Path, rules: ReferenceRules) -> None:
    """Said the same whether there is such a file or not: nobody is to find out what lies elsewhere."""
    is_inside = any(real.is_relative_to(root) for root in rules.file_roots)
    if not is_inside or any(real.is_relative_to(own) for own in (*_NEVER_ALLOWED, *rules.own_files)):
        raise _Unusable(
            "a file that secrets may not refer to",
            "MUSTER_SECRET_FILE_ROOTS of the worker says in which folders they may lie, links followed.",
        )


def _real_path(descriptor: int) -> Path:
    if sys.platform == "darwin":
        found = fcntl.fcntl(descriptor, fcntl.F_GETPATH, bytes(1024))
        return Path(os.fsdecode(found.rstrip(b"\0")))
    return Path(f"/proc/self/fd/{descriptor}").readlink()

"""The system user that PostgreSQL runs as when Muster is run by root, and the way it needs to its files."""

import grp
import os
import pwd
import shutil
import stat
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.cli.errors import StartError

ACCOUNT_NAME = "muster-postgres"


@dataclass(frozen=True)
class Account:
    """A system user."""

    name: str
    uid: int
    gid: int


def postgres_account() -> Account | None:
    """The user to run PostgreSQL as: None means the caller; for root a system user, made when missing.

    Raises StartError when it is missing and cannot be made.
    """
    if os.geteuid() != 0:
        return None
    try:
        return _lookup()
    except KeyError:
        _create()
    return _lookup()


def run_as(account: Account | None) -> dict[str, Any]:
    """The arguments that make subprocess start a program as `account`; none for the caller itself."""
    if account is None:
        return {}
    return {"user": account.uid, "group": account.gid, "extra_groups": []}


def open_way_to(path: Path, account: Account, say: Callable[[str], None]) -> None:
    """Let `account` pass the folders above `path`: o+x where it is missing, nothing more; said aloud."""
    for folder in reversed(path.absolute().parents):
        if not _may_enter(folder.stat(), account):
            folder.chmod(stat.S_IMODE(folder.stat().st_mode) | stat.S_IXOTH)
            say(f"Running as root: {folder} is now passable (o+x) for the system user {account.name}.")


def open_programs(folder: Path, account: Account, say: Callable[[str], None]) -> None:
    """Let `account` read (and run) the installed files under `folder` where an odd umask forbids it."""
    opened = 0
    for path in (folder, *folder.rglob("*")):
        if path.is_symlink():
            continue
        mode = stat.S_IMODE(path.stat().st_mode)
        wanted = mode | stat.S_IROTH | (stat.S_IXOTH if mode & stat.S_IXUSR else 0)
        if wanted != mode:
            path.chmod(wanted)
            opened += 1
    if opened:
        say(f"Running as root: {opened} files under {folder} are now readable for {account.name}.")


def _may_enter(folder: os.stat_result, account: Account) -> bool:
    if folder.st_uid == account.uid:
        return bool(folder.st_mode & stat.S_IXUSR)
    if folder.st_gid == account.gid:
        return bool(folder.st_mode & stat.S_IXGRP)
    return bool(folder.st_mode & stat.S_IXOTH)


def _lookup() -> Account:
    entry = pwd.getpwnam(ACCOUNT_NAME)
    return Account(ACCOUNT_NAME, entry.pw_uid, grp.getgrgid(entry.pw_gid).gr_gid)


def _create() -> None:
    useradd = shutil.which("useradd")
    advice = (
        f"PostgreSQL does not run as root: run Muster as a normal user, or create a user “{ACCOUNT_NAME}”."
    )
    if useradd is None:
        raise StartError(advice)
    result = subprocess.run(
        [
            useradd,
            "--system",
            "--user-group",
            "--no-create-home",
            "--home-dir",
            "/nonexistent",
            "--shell",
            "/usr/sbin/nologin",
            ACCOUNT_NAME,
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    already_exists = 9  # another start made it in the meantime
    if result.returncode not in (0, already_exists):
        raise StartError(f"{advice} (useradd: {result.stderr.strip()})")

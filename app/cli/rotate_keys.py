"""`muster rotate-keys`: a new key for all that is kept secret, without a pause and without a loss."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from app.cli.database import connected, forget_foreign_database, refuse_wrong_keys
from app.cli.errors import StartError
from app.cli.private_files import write_private
from app.cli.terminal import Terminal
from app.core.config import read_service_settings

if TYPE_CHECKING:
    from app.core.db.rows import Conn
    from app.services.key_rotation import Resealed


@click.command("rotate-keys")
@click.option("--drop-old", is_flag=True, help="No new key: drop those that nothing depends on any more.")
@click.option("--force", is_flag=True, help="With --drop-old: even when API tokens become unusable by it.")
def rotate_keys(drop_old: bool, force: bool) -> None:
    """Seal everything with a new key. Muster goes on working meanwhile; run again after a crash it finishes.

    Keys that Muster keeps in its data directory: a new one is made and put in front of the others, which stay
    until --drop-old. Keys given by MUSTER_SECRET_KEYS: everything is sealed with the first of them, which all
    processes must know by then; the others may be taken out afterwards.
    """
    settings = read_service_settings()
    file = settings.secret_keys_file
    if drop_old and file is None:
        raise click.UsageError("These keys are given by MUSTER_SECRET_KEYS: take the old ones out there.")
    forget_foreign_database(settings)
    terminal = Terminal()
    database_url = settings.database_url or ""
    try:
        refuse_wrong_keys(database_url, settings.secret_keys)
        with connected(database_url) as conn:
            _begin(conn)
            if file is None:
                _rotate_given(conn, settings.secret_keys, terminal)
            elif drop_old:
                _drop_old(conn, file, force, terminal)
            else:
                _rotate_own(conn, file, terminal)
    except StartError as error:
        terminal.fail(str(error))
        raise SystemExit(1) from None


def _begin(conn: "Conn") -> None:
    from app.core.db.secret_keys import begin_rotation

    if not begin_rotation(conn):
        raise StartError("Somebody else is rotating the keys at the moment.")


def _rotate_own(conn: "Conn", file: Path, terminal: Terminal) -> None:
    from cryptography.fernet import Fernet

    from app.services.key_rotation import is_unfinished, reseal

    keys = _read(file)
    if is_unfinished(conn, keys):
        terminal.say("An earlier rotation had not finished: it is finished now, with the key it made.")
    else:
        keys = (Fernet.generate_key().decode(), *keys)
        _write(file, keys)
        terminal.say(f"A new key is in front of {file}.")
    resealed = reseal(conn, keys)
    _report(resealed, terminal)
    terminal.say(f"{_older(keys)} in the file; muster rotate-keys --drop-old drops what nothing depends on.")


def _rotate_given(conn: "Conn", keys: Sequence[str], terminal: Terminal) -> None:
    from app.services.key_rotation import reseal

    resealed = reseal(conn, keys)
    _report(resealed, terminal)
    if len(keys) == 1:
        terminal.say("MUSTER_SECRET_KEYS holds no other key.")
    elif resealed.tokens_behind:
        terminal.say(
            f"The keys after the first may be dropped from MUSTER_SECRET_KEYS, but {_tokens(resealed)}."
        )
    else:
        terminal.say("The keys after the first may be dropped from MUSTER_SECRET_KEYS.")


def _drop_old(conn: "Conn", file: Path, force: bool, terminal: Terminal) -> None:
    from app.core.db.secret_keys import await_holders
    from app.services.key_rotation import is_unfinished, reseal

    keys = _read(file)
    resealed = reseal(conn, keys)
    _report(resealed, terminal)
    if resealed.tokens_behind and not force:
        raise StartError(f"No key is dropped: {_tokens(resealed)}. --force drops the keys all the same.")
    with conn.transaction():
        await_holders(conn)  # nothing new is sealed until the file is written
        if is_unfinished(conn, keys):
            raise StartError("No key is dropped: something is still sealed with an old one. Try again.")
        _write(file, keys[:1])
    terminal.say(f"{file} holds the newest key alone. Browsers that were not used since must sign in again.")


def _report(resealed: "Resealed", terminal: Terminal) -> None:
    terminal.say(
        f"Sealed anew: {resealed.moved}. Under the newest key already: {resealed.kept}. "
        f"Unreadable with any key: {resealed.unreadable}."
    )


def _tokens(resealed: "Resealed") -> str:
    return f"the old keys are needed by API tokens that have not been used since ({resealed.tokens_behind})"


def _older(keys: Sequence[str]) -> str:
    return "1 older key stays" if len(keys) == 2 else f"{len(keys) - 1} older keys stay"


def _read(file: Path) -> tuple[str, ...]:
    """The keys as they are now that nobody else changes them. Raises StartError."""
    from app.core.keys import read_keys

    try:
        if file.stat().st_uid != os.geteuid():
            raise StartError(f"Run this as the owner of {file}: the processes must be able to read it after.")
        return read_keys(file)
    except OSError as error:
        raise StartError(f"{file} cannot be read: {error.strerror}.") from None


def _write(file: Path, keys: Sequence[str]) -> None:
    write_private(file, ",".join(keys) + "\n")

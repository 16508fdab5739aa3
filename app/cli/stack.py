"""`muster up`: the embedded parts, the web process and the worker, started in order and watched."""

import fcntl
import os
import secrets
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http import HTTPStatus
from pathlib import Path

from app.cli.api_client import ApiClient, ApiUnreachable
from app.cli.database import refuse_wrong_keys
from app.cli.demo import ensure_demo
from app.cli.embedded_postgres import EmbeddedPostgres
from app.cli.embedded_temporal import EmbeddedTemporal
from app.cli.errors import StartError
from app.cli.migrate import migrate_database
from app.cli.ports import bound_address, browser_url, open_listener
from app.cli.private_files import private_folder, write_private
from app.cli.processes import Child, ChildSpec, StopPlan
from app.cli.services import (
    WEB_GRACE_SECONDS,
    WORKER_GRACE_SECONDS,
    service_environment,
    web_command,
    worker_command,
)
from app.cli.signals import StopSignals
from app.cli.supervisor import StopRequested, Supervisor
from app.cli.terminal import Terminal
from app.core.config import (
    REPO_ROOT,
    SAFE_ADMIN_TOKEN_LENGTH,
    DataFiles,
    Settings,
    read_service_settings,
    read_settings,
    require_secret_keys,
)
from app.core.contracts import DEFAULT_NAMESPACE
from app.core.environment import SettingError

# from the one that needs all the others to the one that needs none
STOP_ORDER = ("worker", "web", "temporal", "postgres")
PART_READY_SECONDS = 60.0
STACK_READY_SECONDS = 90.0
PORT_ATTEMPTS = 5
READY_ANSWERS_PER_PROCESS = 3


class Stack:
    """Everything `muster up` runs, for one data directory."""

    def __init__(
        self, settings: Settings, signals: StopSignals, terminal: Terminal, *, forget_secrets: bool = False
    ) -> None:
        """`forget_secrets`: keys that do not fit the database are taken all the same."""
        self._settings = settings
        self._forget_secrets = forget_secrets
        self._terminal = terminal
        self._files = DataFiles(settings.data_dir)
        self._supervisor = Supervisor(settings.data_dir, signals, terminal)
        self._postgres = self._embedded_postgres()
        self._temporal = self._embedded_temporal()
        self._timings: list[tuple[str, float]] = []

    def run(self) -> None:
        """Start everything, then watch until asked to stop. Raises StartError; leaves no child either way."""
        self._supervisor.stop_orphans(STOP_ORDER)
        self._generate_secrets()
        with open_listener(self._settings, self._terminal.say) as listener:
            try:
                self._start(listener)
                self._supervisor.watch()
                self._terminal.say("Stopping …")
            except StopRequested:
                self._terminal.say("Stopping before everything was up …")
            finally:
                address_file(self._settings.data_dir).unlink(missing_ok=True)
                self._supervisor.stop_all()
        self._terminal.say("Stopped.")

    def _start(self, listener: socket.socket) -> None:
        began = time.monotonic()
        with self._timed("Temporal and PostgreSQL"):
            self._start_embedded()
        settings = read_service_settings()
        with self._timed("migrations"):
            migrate_database(settings.database_url or "", self._terminal)
            refuse_wrong_keys(settings.database_url or "", settings.secret_keys, forget=self._forget_secrets)
        bind = bound_address(listener)
        with self._timed("web and worker"):
            api = self._start_services(settings, bind, listener)
        self._announce(settings, bind, api, time.monotonic() - began)
        write_private(address_file(settings.data_dir), f"{browser_url(bind)}\n")
        if self._postgres is not None and settings.demo:
            ensure_demo(self._postgres, api, self._terminal)

    def _embedded_postgres(self) -> EmbeddedPostgres | None:
        if self._settings.database_given:
            return None
        return EmbeddedPostgres(self._settings.data_dir / "postgres", self._terminal.say)

    def _embedded_temporal(self) -> EmbeddedTemporal | None:
        if external_temporal_address() is not None:
            return None
        root = self._settings.data_dir / "temporal"
        return EmbeddedTemporal(
            root, self._settings.temporal_namespace or DEFAULT_NAMESPACE, self._terminal.say
        )

    def _generate_secrets(self) -> None:
        if self._postgres is not None and not self._settings.secret_keys:
            if self._files.database_url.exists() and not self._forget_secrets:
                raise SettingError(
                    f"MUSTER_SECRET_KEYS is not set, and {self._files.secret_keys} is gone: put it back. "
                    "If it is lost, muster up --forget-secrets goes on without what it sealed."
                )
            from cryptography.fernet import Fernet

            write_private(self._files.secret_keys, f"{Fernet.generate_key().decode()}\n")
        require_secret_keys(read_settings())
        if self._settings.admin_token is None:
            write_private(self._files.admin_token, f"{secrets.token_urlsafe(32)}\n")

    def _start_embedded(self) -> None:
        """Both at once: each spends most of its start waiting for itself."""
        parts = [part for part in (self._temporal, self._postgres) if part is not None]
        children: list[Child] = []
        for part in parts:
            part.prepare()
            children.append(self._supervisor.start(part.spec(), essential=True))
        for part, child in zip(parts, children, strict=True):
            self._until_ready(part, child)
        if self._postgres is not None:
            self._postgres.bootstrap()
            write_private(self._files.database_url, f"{self._postgres.url()}\n")

    def _until_ready(self, part: EmbeddedPostgres | EmbeddedTemporal, child: Child) -> None:
        for _ in range(PORT_ATTEMPTS):
            ready = partial(part.is_ready, child.pid)
            if self._supervisor.wait_for(child, ready, PART_READY_SECONDS):
                return
            # a free port can be taken by somebody else before the server binds it
            if child.exit_code() is None or not part.port_was_taken():
                break
            self._supervisor.discard(child)
            part.move_to_free_port()
            child = self._supervisor.start(part.spec(), essential=True)
        raise self._supervisor.failure(child, "Start failed")

    def _start_services(self, settings: Settings, bind: str, listener: socket.socket) -> ApiClient:
        settled = {"MUSTER_BIND": bind}
        if self._temporal is not None:
            settled["TEMPORAL_ADDRESS"] = self._temporal.address
            settled["TEMPORAL_NAMESPACE"] = settings.temporal_namespace or DEFAULT_NAMESPACE
            settled["MUSTER_TEMPORAL_UI_URL"] = self._ui_url() or ""
        environment = service_environment(settings, **settled)
        listener.set_inheritable(True)
        web = self._supervisor.start(
            ChildSpec(
                name="web",
                argv=web_command(settings, listener.fileno()),
                env=environment,
                cwd=REPO_ROOT,
                stop=StopPlan(seconds=WEB_GRACE_SECONDS + 5),
                pass_fds=(listener.fileno(),),
            )
        )
        worker = self._supervisor.start(
            ChildSpec(
                name="worker",
                argv=worker_command(),
                # only the web process checks tokens
                env={name: value for name, value in environment.items() if name != "MUSTER_ADMIN_TOKEN"},
                cwd=REPO_ROOT,
                stop=StopPlan(seconds=WORKER_GRACE_SECONDS),
            )
        )
        api = ApiClient(browser_url(bind), settings.admin_token or "")
        self._until_serving(api, web, worker)
        return api

    def _until_serving(self, api: ApiClient, web: Child, worker: Child) -> None:
        last_answer = ""

        def serving() -> bool:
            nonlocal last_answer
            if worker.exit_code() is not None:
                raise self._supervisor.failure(worker, "Start failed")
            # asked several times: every web process has its own connections to make first
            for _ in range(READY_ANSWERS_PER_PROCESS * self._settings.web_processes):
                try:
                    status, last_answer = api.get("/readyz")
                except ApiUnreachable:
                    return False
                if status != HTTPStatus.OK:
                    return False
            return True

        if not self._supervisor.wait_for(web, serving, STACK_READY_SECONDS):
            if last_answer:
                self._terminal.fail(f"/readyz last answered: {last_answer.strip()[:2000]}")
            raise self._supervisor.failure(web, "Start failed")

    def _announce(self, settings: Settings, bind: str, api: ApiClient, total_seconds: float) -> None:
        given = "MUSTER_ADMIN_TOKEN" in os.environ
        rows = [
            ("Muster", browser_url(bind)),
            ("Sign in", f"{api.create_sign_in_link()}  (once, within 15 minutes)"),
            ("Admin token", "the value of MUSTER_ADMIN_TOKEN" if given else str(self._files.admin_token)),
        ]
        ui_url = self._ui_url()
        if ui_url is not None:
            rows.append(("Temporal UI", ui_url))
        rows.append(("Data", str(settings.data_dir)))
        timings = " · ".join(f"{name} {seconds:.1f} s" for name, seconds in self._timings)
        self._terminal.say(f"\nReady in {total_seconds:.1f} s ({timings}). Ctrl-C stops everything.\n")
        self._terminal.facts(rows)
        if settings.admin_token_can_be_guessed:
            self._terminal.warn(f"MUSTER_ADMIN_TOKEN has fewer than {SAFE_ADMIN_TOKEN_LENGTH} characters.")

    def _ui_url(self) -> str | None:
        if self._settings.temporal_ui_url is not None or self._temporal is None:
            return self._settings.temporal_ui_url
        return self._temporal.ui_url

    @contextmanager
    def _timed(self, name: str) -> Iterator[None]:
        began = time.monotonic()
        yield
        self._timings.append((name, time.monotonic() - began))


def external_temporal_address() -> str | None:
    """The address of the Temporal that the environment or a profile names; an empty one names none.

    Raises SettingError.
    """
    from temporalio.envconfig import ClientConfigProfile

    try:
        return ClientConfigProfile.load().address or None
    except RuntimeError as error:
        reason = " ".join(str(error).split())
        raise SettingError(f"TEMPORAL_PROFILE or TEMPORAL_CONFIG_FILE cannot be used: {reason}") from None


def address_file(data_dir: Path) -> Path:
    """Holds the running server's address, for commands that talk to it."""
    return data_dir / "run" / "address"


@contextmanager
def sole_user_of(data_dir: Path) -> Iterator[None]:
    """Hold the data directory's lock. Raises StartError when another `muster up` has it, or none can be held.

    The system lets go of the lock when its holder dies, however it dies.
    """
    try:
        lock = (private_folder(private_folder(data_dir) / "run") / "lock").open("a+", encoding="utf-8")
    except OSError as error:
        raise StartError(f"MUSTER_DATA_DIR {data_dir} cannot be used: {error.strerror}.") from None
    with lock as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            holder = file.read().strip()
            raise StartError(
                f"Muster is already running on {data_dir} (process {holder}). "
                "Stop it first, or give this one another MUSTER_DATA_DIR."
            ) from None
        file.truncate(0)
        file.write(f"{os.getpid()}\n")
        file.flush()
        yield

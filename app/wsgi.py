"""Composition root of the web process: settings in, application out. gunicorn runs `app.wsgi:make_app()`."""

import gc
import logging
import os
import sys
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from pathlib import Path
from typing import Generic, TypeVar

import psycopg
from flask import Flask
from graphql import GraphQLSchema

from app.api.context import RequestContext, TemporalUi
from app.api.limits import Deadline
from app.api.reads import Reads
from app.api.schema import make_schema
from app.core.config import FRONTEND_DIST, GRAPHQL_DIR, Settings, read_service_settings
from app.core.contracts import RunLimits
from app.core.db.migrate import pending_migrations
from app.core.db.pool import CONNECT_TIMEOUT_SECONDS, Pool, open_pool
from app.core.db.secret_keys import WrongKeys, check_keys
from app.core.domain.auth import Caller, TokenHasher, Viewer
from app.core.domain.secrets import SecretBox
from app.core.environment import SettingError
from app.core.keys import KeyRing
from app.core.logs import configure_logging
from app.core.temporal.client import namespace_in_use
from app.core.temporal.gateway import TemporalGateway
from app.services import tokens
from app.services.context import Context
from app.services.readiness import OK, Check, Readiness
from app.services.refusals import Refusals
from app.services.sessions import Sessions
from app.services.single_sign_on.code_flow import CodeFlow
from app.services.single_sign_on.provider import Provider
from app.services.single_sign_on.tokens import Bearers
from app.web.afterwards import Afterwards
from app.web.attempt_cookie import AttemptCookie
from app.web.auth import Authenticator
from app.web.browser_sessions import BrowserSessions
from app.web.factory import WebParts, create_app
from app.web.public_address import PublicAddress
from app.web.sign_in import SignIn
from app.web.single_sign_on import SingleSignOnParts

T = TypeVar("T")

log = logging.getLogger(__name__)


class PerProcess(Generic[T]):
    """Something with threads or connections: made at its first use, and made anew in a forked child."""

    def __init__(self, make: Callable[[], T]) -> None:
        self._make = make
        self._lock = threading.Lock()
        self._made: tuple[int, T] | None = None

    def get(self) -> T:
        with self._lock:
            if self._made is None or self._made[0] != os.getpid():
                self._made = (os.getpid(), self._make())
            return self._made[1]


def make_app() -> Flask:
    """The application for the settings of the environment.

    Ends the process with one line on stderr when a setting is missing or cannot be used.
    """
    try:
        settings = read_service_settings()
        process = WebProcess(settings)
        process.refuse_wrong_keys()
    except SettingError as error:
        sys.exit(f"muster web: {error}")
    client_secret = settings.access.single_sign_on and settings.access.single_sign_on.client_secret
    secrets = [process.admin_token, *settings.secret_keys, client_secret]
    configure_logging(settings.log_level, [secret for secret in secrets if secret])
    if settings.admin_token_can_be_guessed:
        log.warning("admin_token_can_be_guessed", extra={"setting": "MUSTER_ADMIN_TOKEN"})
    app = process.app()
    # It all stays: the processes forked from this one share it, and no garbage collection need go through it,
    # the one at their end least of all.
    gc.freeze()
    return app


class WebProcess:
    """The parts of the web process. Nothing is connected before it is used."""

    def __init__(self, settings: Settings) -> None:
        """Raises SettingError."""
        self.admin_token = _required("MUSTER_ADMIN_TOKEN", settings.admin_token)
        self._database_url = _required("DATABASE_URL", settings.database_url)
        self._settings = settings
        self._pool = PerProcess(self._open_pool)
        self._refusals = Refusals(self._pool.get)
        self._gateway = TemporalGateway(
            settings.temporal_address, settings.temporal_namespace, settings.task_queue
        )
        self._keys = KeyRing(settings.secret_keys, settings.secret_keys_file)
        self._keys_fit = threading.Event()
        self._secrets = SecretBox(self._keys)
        self._hasher = TokenHasher(self._keys)
        single_sign_on = settings.access.single_sign_on
        self._provider = None if single_sign_on is None else Provider(single_sign_on)
        self._limits = RunLimits(ingest_seconds=settings.ingest_timeout_seconds)
        self._version = version("muster")
        self._readiness = Readiness(self._checks())

    def app(self, interface: Path = FRONTEND_DIST, schema: GraphQLSchema | None = None) -> Flask:
        """The application, with the web interface built into the folder `interface`, if there is one.

        `schema` is given where several applications of one process are to share it.
        """
        return create_app(
            WebParts(
                schema=schema or make_schema(GRAPHQL_DIR),
                sign_in=self._sign_in(),
                single_sign_on=self._single_sign_on(),
                make_context=self._context,
                readiness=self._readiness,
                interface=interface,
                limits=self._settings.request_limits,
                trusted_proxies=self._settings.access.trusted_proxies,
            )
        )

    def refuse_wrong_keys(self) -> None:
        """Raises SettingError when the secret keys do not fit the database.

        A database that is away, or not migrated yet, is asked at the first request.
        """
        try:
            with psycopg.connect(self._database_url, connect_timeout=CONNECT_TIMEOUT_SECONDS) as conn:
                check_keys(conn, self._keys)
            self._keys_fit.set()
        except WrongKeys as error:
            raise SettingError(str(error)) from None
        except (psycopg.OperationalError, psycopg.errors.UndefinedTable):
            pass

    def close(self) -> None:
        """End what this process has connected."""
        self._pool.get().close()
        self._gateway.close()

    def _open_pool(self) -> Pool:
        return open_pool(
            self._database_url,
            name="muster-web",
            max_size=self._settings.db_pool_size,
            timeout_seconds=self._settings.db_wait_seconds,
            statement_timeout_seconds=self._settings.request_limits.timeout_seconds,
        )

    def _require_keys(self) -> None:
        """Raises WrongKeys: nobody is served by a process that would seal what the others cannot open."""
        if not self._keys_fit.is_set():
            with self._pool.get().connection() as conn:
                check_keys(conn, self._keys)
            self._keys_fit.set()

    def _sign_in(self) -> SignIn:
        access = self._settings.access
        address = PublicAddress(access.public_url)
        sessions = Sessions(
            pool=self._pool.get,
            hasher=self._hasher,
            admin_token=self.admin_token,
            lifetime=timedelta(hours=access.session_hours),
        )
        browsers = BrowserSessions(sessions, address)
        find_foreign = None if self._provider is None else Bearers(self._provider).find_viewer
        return SignIn(
            authenticator=Authenticator(self.admin_token, self._find_viewer, browsers, find_foreign),
            sessions=sessions,
            browsers=browsers,
            address=address,
            refusals=self._refusals,
            offers_single_sign_on=self._provider is not None,
        )

    def _single_sign_on(self) -> SingleSignOnParts | None:
        if self._provider is None:
            return None
        return SingleSignOnParts(CodeFlow(self._provider), AttemptCookie(self._secrets))

    def _find_viewer(self, token: str) -> Viewer | None:
        return tokens.find_viewer(self._pool.get(), self._hasher, token)

    def _context(self, caller: Caller) -> RequestContext:
        if caller.viewer is not None:
            self._require_keys()
        settings = self._settings
        afterwards = Afterwards()
        services = Context(
            pool=self._pool.get(),
            temporal=self._gateway,
            secrets=self._secrets,
            tokens=self._hasher,
            limits=self._limits,
            min_schedule_interval_seconds=settings.min_schedule_interval_seconds,
            clock=lambda: datetime.now(UTC),
            caller=caller,
            refusals=self._refusals,
            put_off=afterwards.put_off,
        )
        ui_url = settings.temporal_ui_url
        temporal_ui = TemporalUi(ui_url, namespace_in_use(settings.temporal_namespace)) if ui_url else None
        deadline = Deadline(settings.request_limits.timeout_seconds)
        reads = Reads(services.pool, deadline, afterwards.catch_up)
        return RequestContext(
            services=services,
            reads=reads,
            viewer=caller.viewer,
            version=self._version,
            temporal_address=settings.temporal_address,
            temporal_ui=temporal_ui,
            readiness=self._readiness,
            deadline=deadline,
        )

    def _checks(self) -> dict[str, Check]:
        migrated = threading.Event()

        def postgres() -> str:
            with self._pool.get().connection() as conn:
                conn.execute("SELECT 1")
            if not migrated.is_set():
                if pending_migrations(self._database_url):
                    return "not migrated: run muster migrate"
                migrated.set()  # nothing takes a migration back under a running process
            try:
                self._require_keys()
            except WrongKeys as error:
                return str(error)
            return OK

        def temporal() -> str:
            self._gateway.ping()
            return OK

        def worker() -> str:
            return OK if self._gateway.poller_alive() else "no worker polls"

        return {"postgres": postgres, "temporal": temporal, "worker": worker}


def _required(name: str, value: str | None) -> str:
    if value is None:
        raise SettingError(f"{name} is required and is not set.")
    return value

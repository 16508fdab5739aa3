"""Composition root of the web process: settings in, application out. gunicorn runs `app.wsgi:make_app()`."""

import os
import sys
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Generic, TypeVar

from flask import Flask

from app.api.context import RequestContext, TemporalUi
from app.api.reads import Reads
from app.api.schema import make_schema
from app.core.config import FRONTEND_DIST, GRAPHQL_DIR, SettingError, Settings, read_service_settings
from app.core.contracts import RunLimits
from app.core.db.migrate import pending_migrations
from app.core.db.pool import Pool, open_pool
from app.core.domain.auth import Viewer
from app.core.domain.secrets import SecretBox
from app.core.logs import configure_logging
from app.core.temporal.gateway import TemporalGateway
from app.services.context import Context
from app.web.auth import AdminToken
from app.web.factory import WebParts, create_app
from app.web.readiness import OK, Check, Readiness

STATEMENT_SECONDS = 30.0
# An actor for what is done without a caller: the open fields of the API.
NOBODY = "nobody"

T = TypeVar("T")


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


def make_app(settings: Settings | None = None) -> Flask:
    """The application for `settings`, by default those of the environment.

    Ends the process with one line on stderr when a setting is missing or cannot be used.
    """
    try:
        settings = settings or read_service_settings()
        return _compose(settings)
    except SettingError as error:
        sys.exit(f"muster web: {error}")


def _compose(settings: Settings) -> Flask:
    database_url, token = settings.database_url, settings.admin_token
    if database_url is None:
        raise SettingError("DATABASE_URL is required: the PostgreSQL database of this deployment.")
    if token is None:
        raise SettingError("MUSTER_ADMIN_TOKEN is required: the token that callers must send.")
    configure_logging(settings.log_level, [token, *settings.secret_keys])
    pool = PerProcess(
        lambda: open_pool(
            database_url,
            name="muster-web",
            max_size=settings.db_pool_size,
            statement_timeout_seconds=STATEMENT_SECONDS,
        )
    )
    gateway = TemporalGateway(settings.temporal_address, settings.temporal_namespace, settings.task_queue)
    secrets = SecretBox(settings.secret_keys)
    limits = RunLimits(ingest_seconds=settings.ingest_timeout_seconds)
    ui_url = settings.temporal_ui_url
    muster_version = version("muster")
    temporal_ui = TemporalUi(ui_url, settings.temporal_namespace) if ui_url else None

    def make_context(viewer: Viewer | None) -> RequestContext:
        services = Context(
            pool=pool.get(),
            temporal=gateway,
            secrets=secrets,
            limits=limits,
            min_schedule_interval_seconds=settings.min_schedule_interval_seconds,
            clock=lambda: datetime.now(UTC),
            actor=viewer.name if viewer else NOBODY,
        )
        return RequestContext(services, Reads(services.pool), viewer, muster_version, temporal_ui)

    return create_app(
        WebParts(
            schema=make_schema(GRAPHQL_DIR),
            authenticate=AdminToken(token).viewer,
            make_context=make_context,
            readiness=Readiness(_checks(pool, database_url, gateway)),
            interface=FRONTEND_DIST,
        )
    )


def _checks(pool: PerProcess[Pool], database_url: str, gateway: TemporalGateway) -> dict[str, Check]:
    migrated = threading.Event()

    def postgres() -> str:
        with pool.get().connection() as conn:
            conn.execute("SELECT 1")
        if not migrated.is_set():
            if pending_migrations(database_url):
                return "not migrated: run muster migrate"
            migrated.set()  # nothing takes a migration back under a running process
        return OK

    def temporal() -> str:
        gateway.ping()
        return OK

    def worker() -> str:
        return OK if gateway.poller_alive() else "no worker polls"

    return {"postgres": postgres, "temporal": temporal, "worker": worker}

"""Settings, read from the environment once, at a process's composition root, and passed on as a value.

Each field names its environment variable; the README table lists the same names (a test compares them).
What `muster up` generates lies in files of mode 0600 in the data directory (DataFiles) and is read from
there when the environment does not say: so no secret has to travel through a child's environment.
"""

from dataclasses import dataclass, field, is_dataclass
from pathlib import Path
from typing import Annotated, get_type_hints

from environs import Env, EnvError

from app.core.config_sections import (
    AccessSettings,
    RequestLimits,
    SourceRules,
    read_access,
    read_request_limits,
    read_source_rules,
)
from app.core.domain.secrets import SecretBox
from app.core.environment import SettingError, interval, one_of, positive, words

REPO_ROOT = Path(__file__).resolve().parents[2]
SQL_DIR = REPO_ROOT / "sql"
GRAPHQL_DIR = REPO_ROOT / "graphql"
FRONTEND_DIST = REPO_ROOT / "frontend" / "dist"
SAFE_ADMIN_TOKEN_LENGTH = 32
LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")


@dataclass(frozen=True)
class DataFiles:
    """Where the generated values lie in a data directory."""

    data_dir: Path

    @property
    def admin_token(self) -> Path:
        return self.data_dir / "admin-token"

    @property
    def secret_keys(self) -> Path:
        """Fernet keys, separated by commas, the newest first."""
        return self.data_dir / "secret-keys"

    @property
    def database_url(self) -> Path:
        """The embedded database's address; it refers to a password file and holds no password."""
        return self.data_dir / "postgres" / "url"


@dataclass(frozen=True)
class Settings:
    """Everything that can be set. Durations are in the unit of the name; paths are absolute."""

    bind: Annotated[str, "MUSTER_BIND"]
    bind_given: bool
    data_dir: Annotated[Path, "MUSTER_DATA_DIR"]
    admin_token: Annotated[str | None, "MUSTER_ADMIN_TOKEN"] = field(repr=False)
    demo: Annotated[bool, "MUSTER_DEMO"]
    min_schedule_interval_seconds: Annotated[int, "MUSTER_MIN_SCHEDULE_INTERVAL_SECONDS"]
    task_queue: Annotated[str, "MUSTER_TASK_QUEUE"]
    staging_url: Annotated[str, "MUSTER_STAGING_URL"]
    secret_keys: Annotated[tuple[str, ...], "MUSTER_SECRET_KEYS"] = field(repr=False)
    secret_keys_file: Path | None  # where they were read from; None when the environment gave them
    access: AccessSettings
    request_limits: RequestLimits
    sources: SourceRules
    web_processes: Annotated[int, "MUSTER_WEB_PROCESSES"]
    web_threads: Annotated[int, "MUSTER_WEB_THREADS"]
    db_pool_size: Annotated[int, "MUSTER_DB_POOL_SIZE"]
    db_wait_seconds: Annotated[float, "MUSTER_DB_WAIT_SECONDS"]
    worker_ingest_slots: Annotated[int, "MUSTER_WORKER_INGEST_SLOTS"]
    worker_activity_slots: Annotated[int, "MUSTER_WORKER_ACTIVITY_SLOTS"]
    ingest_timeout_seconds: Annotated[int, "MUSTER_INGEST_TIMEOUT_SECONDS"]
    connect_timeout_seconds: Annotated[int, "MUSTER_CONNECT_TIMEOUT_SECONDS"]
    collector_memory_mb: Annotated[int, "MUSTER_COLLECTOR_MEMORY_MB"]
    reconcile_interval_seconds: Annotated[float, "MUSTER_RECONCILE_INTERVAL_SECONDS"]
    log_level: Annotated[str, "MUSTER_LOG_LEVEL"]
    temporal_ui_url: Annotated[str | None, "MUSTER_TEMPORAL_UI_URL"]
    database_url: Annotated[str | None, "DATABASE_URL"] = field(repr=False)
    database_given: bool
    temporal_address: Annotated[str | None, "TEMPORAL_ADDRESS"]
    temporal_namespace: Annotated[str | None, "TEMPORAL_NAMESPACE"]

    @property
    def admin_token_can_be_guessed(self) -> bool:
        """Whether the admin token is shorter than one that nobody finds by trying."""
        return self.admin_token is not None and len(self.admin_token) < SAFE_ADMIN_TOKEN_LENGTH


def setting_names() -> list[str]:
    """The environment variables that Settings reads, in the order of its fields."""
    return _names_in(Settings)


def read_settings() -> Settings:
    """Read and check the environment. Raises SettingError naming the first setting that cannot be used.

    The generated keys belong to the embedded database: with DATABASE_URL given they are not looked for.
    """
    env = Env()
    try:
        data_dir = Path(env.str("MUSTER_DATA_DIR", "./var")).expanduser().resolve()
        files = DataFiles(data_dir)
        bind = env.str("MUSTER_BIND", "") or None
        database_url = env.str("DATABASE_URL", "") or None
        secret_keys = env.str("MUSTER_SECRET_KEYS", "")
        secret_keys_file = None
        if not secret_keys and database_url is None:
            secret_keys_file = files.secret_keys
            secret_keys = _stored("MUSTER_SECRET_KEYS", secret_keys_file) or ""
        settings = Settings(
            bind=bind or "127.0.0.1:8000",
            bind_given=bind is not None,
            data_dir=data_dir,
            admin_token=env.str("MUSTER_ADMIN_TOKEN", "") or _stored("MUSTER_ADMIN_TOKEN", files.admin_token),
            demo=env.bool("MUSTER_DEMO", True),
            min_schedule_interval_seconds=positive(env, "MUSTER_MIN_SCHEDULE_INTERVAL_SECONDS", 60),
            task_queue=env.str("MUSTER_TASK_QUEUE", "") or "metadata-collection",
            staging_url=env.str("MUSTER_STAGING_URL", "") or f"file://{data_dir / 'staging'}",
            secret_keys=words(secret_keys),
            secret_keys_file=secret_keys_file,
            access=read_access(env),
            request_limits=read_request_limits(env),
            sources=read_source_rules(env),
            web_processes=positive(env, "MUSTER_WEB_PROCESSES", 2),
            web_threads=positive(env, "MUSTER_WEB_THREADS", 8),
            db_pool_size=positive(env, "MUSTER_DB_POOL_SIZE", 10),
            db_wait_seconds=interval(env, "MUSTER_DB_WAIT_SECONDS", 2.0),
            worker_ingest_slots=positive(env, "MUSTER_WORKER_INGEST_SLOTS", 8),
            worker_activity_slots=positive(env, "MUSTER_WORKER_ACTIVITY_SLOTS", 24),
            ingest_timeout_seconds=positive(env, "MUSTER_INGEST_TIMEOUT_SECONDS", 3600),
            connect_timeout_seconds=positive(env, "MUSTER_CONNECT_TIMEOUT_SECONDS", 10),
            collector_memory_mb=positive(env, "MUSTER_COLLECTOR_MEMORY_MB", 1024),
            reconcile_interval_seconds=interval(env, "MUSTER_RECONCILE_INTERVAL_SECONDS", 30.0),
            log_level=one_of(env, "MUSTER_LOG_LEVEL", LOG_LEVELS, "INFO"),
            temporal_ui_url=env.str("MUSTER_TEMPORAL_UI_URL", None) or None,
            database_url=database_url or _stored("DATABASE_URL", files.database_url),
            database_given=database_url is not None,
            temporal_address=env.str("TEMPORAL_ADDRESS", None) or None,
            temporal_namespace=env.str("TEMPORAL_NAMESPACE", "") or None,
        )
    except EnvError as error:
        raise SettingError(str(error)) from None
    split_bind(settings.bind)
    if database_url is not None and not database_url.startswith(("postgresql://", "postgres://")):
        raise SettingError("DATABASE_URL must begin with postgresql://.")
    return settings


def read_service_settings() -> Settings:
    """Settings of a web or worker process: read_settings, and refused where the parts they need are missing.

    Raises SettingError naming the missing or unusable setting.
    """
    settings = read_settings()
    if settings.database_url is None:
        raise SettingError("DATABASE_URL is required: the PostgreSQL database of this deployment.")
    require_secret_keys(settings)
    return settings


def require_secret_keys(settings: Settings) -> None:
    """Raises SettingError when there is no key to seal secrets with, or one that is no Fernet key."""
    if not settings.secret_keys:
        raise SettingError("MUSTER_SECRET_KEYS is required with DATABASE_URL: Fernet keys, the newest first.")
    try:
        SecretBox(settings.secret_keys)
    except ValueError as error:
        raise SettingError(f"MUSTER_SECRET_KEYS cannot be used: {error}.") from None


def split_bind(bind: str) -> tuple[str, int]:
    """Host and port of a `host:port` text. Raises SettingError when it is not one."""
    host, _, port = bind.rpartition(":")
    if not host or not port.isdecimal() or not 0 < int(port) < 65536:
        raise SettingError(f"MUSTER_BIND must be host:port with a port from 1 to 65535, not “{bind}”.")
    return host.strip("[]"), int(port)


def _stored(name: str, path: Path) -> str | None:
    try:
        return path.read_text(encoding="utf-8").strip() or None
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise SettingError(f"{name} is not set, and its file {path} cannot be read: {error}") from None


def _names_in(section: type) -> list[str]:
    names: list[str] = []
    for hint in get_type_hints(section, include_extras=True).values():
        if hasattr(hint, "__metadata__"):
            names += hint.__metadata__
        elif isinstance(hint, type) and is_dataclass(hint):
            names += _names_in(hint)
    return names

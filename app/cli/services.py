"""The two processes of Muster itself, web and worker: their command lines and environments."""

import os
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import NoReturn

from app.core.config import REPO_ROOT, Settings

WEB_GRACE_SECONDS = 10
WORKER_GRACE_SECONDS = 20.0
# A statement, a connection test or a call of Temporal's that a request began just before its time was over.
LAST_STEP_SECONDS = 30


def web_command(settings: Settings, listener_fd: int) -> tuple[str, ...]:
    """gunicorn, answering on an inherited listening socket: a restart drops no waiting connection."""
    timeout_seconds = 2 * settings.request_limits.timeout_seconds + LAST_STEP_SECONDS
    return (
        *(sys.executable, "-P", "-m", "gunicorn", "app.wsgi:make_app()", "--bind", f"fd://{listener_fd}"),
        *("--worker-class", "app.web.gunicorn_worker.BoundedThreadWorker"),
        *("--workers", str(settings.web_processes), "--threads", str(settings.web_threads)),
        *("--timeout", str(timeout_seconds), "--graceful-timeout", str(WEB_GRACE_SECONDS)),
        # gunicorn would trust every local client's X-Forwarded-*: MUSTER_TRUSTED_PROXIES says who is a proxy
        *("--forwarded-allow-ips", ""),
        *("--keep-alive", "15", "--log-level", settings.log_level.lower()),
        # loaded once and forked: the application opens nothing before its first request
        *("--worker-tmp-dir", _memory_folder(), "--no-control-socket", "--preload"),
    )


def worker_command() -> tuple[str, ...]:
    """The Temporal worker with the reconciler."""
    return (sys.executable, "-P", "-m", "worker")


def service_environment(settings: Settings, **settled: str) -> dict[str, str]:
    """The caller's environment with relative settings made absolute and `settled` values put in.

    The processes run in the checkout's folder: what was relative to the caller's must not change its meaning.
    """
    return {
        **os.environ,
        "PYTHONUNBUFFERED": "1",
        "MUSTER_DATA_DIR": str(settings.data_dir),
        "MUSTER_STAGING_URL": settings.staging_url,
        "MUSTER_FILE_ROOTS": _joined(settings.sources.file_roots),
        "MUSTER_SECRET_FILE_ROOTS": _joined(settings.sources.secret_file_roots),
        **settled,
    }


def become(argv: tuple[str, ...], environment: dict[str, str]) -> NoReturn:
    """Replace this process by the command, run in the checkout's folder."""
    os.chdir(REPO_ROOT)
    os.execve(argv[0], argv, environment)  # nosec B606  # noqa: S606 - a list of our own making, no shell


def _joined(folders: Iterable[Path]) -> str:
    return ":".join(str(folder) for folder in folders)


def _memory_folder() -> str:
    # gunicorn's heartbeat files: on a slow disk they would stall the workers
    shared_memory = "/dev/shm"  # nosec B108  # noqa: S108 - gunicorn's files have unguessable names
    return shared_memory if os.access(shared_memory, os.W_OK) else tempfile.gettempdir()

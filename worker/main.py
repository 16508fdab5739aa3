"""Composition root of the worker process: settings in, a worker that serves until it is told to stop."""

import asyncio
import logging
import re
import signal
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta

import fsspec
import psycopg
from temporalio.client import Client
from temporalio.runtime import LogForwardingConfig, LoggingConfig, Runtime, TelemetryConfig, TelemetryFilter
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

from app.core.config import Settings, read_service_settings
from app.core.contracts import RunLimits, ingest_task_queue
from app.core.db.pool import Pool, open_pool
from app.core.db.secret_keys import WrongKeys, check_keys
from app.core.domain.networks import NetworkRules
from app.core.domain.policies import ReadingRules
from app.core.domain.secrets import SecretBox
from app.core.environment import SettingError
from app.core.keys import KeyRing
from app.core.logs import configure_logging
from app.core.temporal.client import connect
from worker import registry
from worker.activities.context import ActivityContext
from worker.activities.failures import SanitiseFailures
from worker.activities.steps import RecordSteps
from worker.children import Start, collectors
from worker.reconciler import loop as reconciler
from worker.reconciler.deps import ReconcilerDeps
from worker.references import ReferenceRules

# Activities that have not ended by then are cancelled; ingest does not wait for it, its children end at once.
GRACEFUL_SHUTDOWN = timedelta(seconds=8)
# A cancellation arrives with the answer to a heartbeat: this is how long it may take.
HEARTBEAT_THROTTLE = timedelta(seconds=1)
# More of them at once only makes each slower (on two cores, 100 in flight are slower than 20).
WORKFLOW_TASKS_AT_ONCE = 16

REPETITION_SECONDS = 60.0
DATABASE_RETRY_SECONDS = 2.0

log = logging.getLogger(__name__)


def main() -> int:
    """Serve until SIGTERM or SIGINT; the exit code. Says on stderr which setting cannot be used."""
    try:
        settings = read_service_settings()
        _check_staging_url(settings.staging_url)
    except SettingError as error:
        return _refuse(error)
    secrets = [settings.admin_token, *settings.secret_keys]
    configure_logging(settings.log_level, [secret for secret in secrets if secret])
    Runtime.set_default(_runtime())
    try:
        return asyncio.run(_serve(settings))
    except WrongKeys as error:
        return _refuse(error)


def _refuse(reason: Exception) -> int:
    sys.stderr.write(f"muster worker: {reason}\n")
    return 2


async def _serve(settings: Settings) -> int:
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    stopping = asyncio.create_task(stop.wait())
    connecting = asyncio.create_task(connect(settings.temporal_address, settings.temporal_namespace))
    await asyncio.wait({connecting, stopping}, return_when=asyncio.FIRST_COMPLETED)
    if not connecting.done():
        connecting.cancel()
        return 0
    assert settings.database_url is not None  # noqa: S101 - read_service_settings has seen to it
    with (
        collectors() as start_collector,
        open_pool(
            settings.database_url, name="muster-worker", max_size=settings.db_pool_size, keeps_plans=True
        ) as pool,
    ):
        await _require_keys(settings, pool, stop)
        if stop.is_set():
            return 0
        client = connecting.result()
        workers = make_workers(settings, pool, client, start_collector)
        deps = ReconcilerDeps(
            pool=pool,
            database_url=settings.database_url,
            client=client,
            task_queue=settings.task_queue,
            limits=RunLimits(ingest_seconds=settings.ingest_timeout_seconds),
            interval_seconds=settings.reconcile_interval_seconds,
        )
        return await _run_until_stopped(workers, deps, stop)


async def _require_keys(settings: Settings, pool: Pool, stop: asyncio.Event) -> None:
    """Return when the secret keys fit the database, or `stop` is set; a database that is away, or not
    migrated yet, is waited for. Raises WrongKeys."""

    def check() -> None:
        with pool.connection() as conn:
            check_keys(conn, settings.secret_keys)

    while not stop.is_set():
        try:
            await asyncio.to_thread(check)
            return
        except (psycopg.OperationalError, psycopg.errors.UndefinedTable) as error:
            log.warning("database_not_ready", extra={"error": type(error).__name__})
        with suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), DATABASE_RETRY_SECONDS)


async def _run_until_stopped(workers: Sequence[Worker], deps: ReconcilerDeps, stop: asyncio.Event) -> int:
    """Poll both queues and reconcile until `stop` is set, or until one of them breaks for good."""
    running = [asyncio.create_task(worker.run()) for worker in workers]
    running.append(asyncio.create_task(reconciler.run(deps, stop)))
    stopping = asyncio.create_task(stop.wait())
    log.info("worker_started", extra={"task_queue": deps.task_queue})
    await asyncio.wait({*running, stopping}, return_when=asyncio.FIRST_COMPLETED)
    log.info("worker_stopping")
    stop.set()
    shutdowns = [asyncio.create_task(worker.shutdown()) for worker in workers]
    outcomes = await asyncio.gather(*running, return_exceptions=True)
    for shutdown in shutdowns:
        shutdown.cancel()  # that of a worker which never came to run would not end
    failures = [outcome for outcome in outcomes if isinstance(outcome, BaseException)]
    for failure in failures:
        log.error("worker_broke", exc_info=failure)
    log.info("worker_stopped")
    return 1 if failures else 0


def make_workers(settings: Settings, pool: Pool, client: Client, start_collector: Start) -> list[Worker]:
    """The worker of the main queue and that of ingest: long reads never take the slots bookkeeping needs."""
    context = ActivityContext(
        pool=pool,
        secrets=SecretBox(KeyRing(settings.secret_keys, settings.secret_keys_file)),
        references=ReferenceRules(
            env_patterns=settings.sources.secret_env,
            file_roots=settings.sources.secret_file_roots,
            own_files=(settings.data_dir,),
        ),
        staging_url=settings.staging_url,
        file_roots=tuple(str(root) for root in settings.sources.file_roots),
        networks=NetworkRules(settings.sources.allowed_networks, settings.sources.denied_networks),
        connect_timeout_seconds=settings.connect_timeout_seconds,
        collector_memory_mb=settings.collector_memory_mb,
        start_collector=start_collector,
        reading=ReadingRules(
            source_pause_ms=settings.sources.pause_ms,
            statement_seconds=settings.sources.statement_seconds,
            full_pass_hours=settings.sources.full_pass_hours,
        ),
    )
    slots, ingest_slots = settings.worker_activity_slots, settings.worker_ingest_slots
    main_worker = Worker(
        client,
        task_queue=settings.task_queue,
        workflows=registry.WORKFLOWS,
        # The sandbox finds what is not deterministic, and the tests run the workflows in it. Here it would
        # load their modules anew for each run, which takes longer than all that they do.
        workflow_runner=UnsandboxedWorkflowRunner(),
        activities=registry.activities(context),
        activity_executor=ThreadPoolExecutor(slots, "activity"),
        max_concurrent_activities=slots,
        max_concurrent_local_activities=slots,
        max_concurrent_workflow_tasks=WORKFLOW_TASKS_AT_ONCE,
        max_heartbeat_throttle_interval=HEARTBEAT_THROTTLE,
        graceful_shutdown_timeout=GRACEFUL_SHUTDOWN,
        interceptors=[RecordSteps(context), SanitiseFailures()],
    )
    ingest_worker = Worker(
        client,
        task_queue=ingest_task_queue(settings.task_queue),
        activities=registry.ingest_activities(context),
        activity_executor=ThreadPoolExecutor(ingest_slots, "ingest"),
        max_concurrent_activities=ingest_slots,
        max_heartbeat_throttle_interval=HEARTBEAT_THROTTLE,
        graceful_shutdown_timeout=GRACEFUL_SHUTDOWN,
        interceptors=[RecordSteps(context), SanitiseFailures()],
    )
    return [main_worker, ingest_worker]


def _check_staging_url(url: str) -> None:
    try:
        fsspec.core.url_to_fs(url)
    except (ValueError, ImportError) as error:
        raise SettingError(f"MUSTER_STAGING_URL cannot be used: {error}") from None


def _runtime() -> Runtime:
    """Temporal's own log lines join ours instead of going to stdout in a format of their own."""
    logger = logging.getLogger("temporalio.core")
    logger.addFilter(Repetitions())
    forwarding = LogForwardingConfig(
        logger, append_target_to_name=False, prepend_target_on_message=False, overwrite_log_record_time=False
    )
    logs = LoggingConfig(TelemetryFilter(core_level="WARN", other_level="ERROR"), forwarding=forwarding)
    return Runtime(telemetry=TelemetryConfig(logging=logs))


class Repetitions(logging.Filter):
    """Lets a message through that has not been seen for a while: during an outage every poller has one."""

    def __init__(self) -> None:
        super().__init__()
        self._seen_at: dict[str, float] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        # "gRPC call poll_activity_task_queue retried 6 times {…}": the numbers differ, the news does not
        subject = re.split(r"\d", record.getMessage(), maxsplit=1)[0]
        last = self._seen_at.get(subject)
        if last is not None and record.created - last < REPETITION_SECONDS:
            return False
        self._seen_at[subject] = record.created
        vars(record).pop("temporal_log", None)  # an object of the SDK that no formatter can show
        return True

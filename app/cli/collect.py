"""`muster collect`: one source straight to JSON lines, without a server.

The reading is done by the collector process, the same that the worker starts. The URL's password goes to it
on stdin; the datasets come back through a file descriptor of their own, past this process.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Table

from app.cli.source_url import BadSourceUrl, parse_source_url
from app.core.config import REPO_ROOT
from app.core.domain.networks import NetworkRules

PARTIAL_EXIT_CODE = 3
INTERRUPTED_EXIT_CODE = 130
CONNECT_TIMEOUT_SECONDS = 10
MEMORY_MB = 1024
STOP_GRACE_SECONDS = 5
# Settings of drivers and of Muster itself: the URL alone says what is to be read.
_KEPT_FROM_CHILD = ("PG", "MYSQL", "MUSTER_", "DATABASE_URL")


class CollectFailed(click.ClickException):
    """The source could not be collected; nothing was left behind."""


@click.command()
@click.argument("url")
@click.option("--schema", "schemas", multiple=True, help="Collect only this schema. May be repeated.")
@click.option(
    "--output",
    "-o",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write to this file, once all is read. [default: standard output]",
)
def collect(url: str, schemas: tuple[str, ...], output: Path | None) -> None:
    """Collect the metadata of the source at URL as JSON lines, one dataset a line.

    URL is postgresql://, mysql://, mariadb:// or sqlite:///PATH. A password that is not in the URL is taken
    from MUSTER_SOURCE_PASSWORD. The exit code is 0 when everything was read, 3 when some objects could not
    be, 1 when the source could not be.
    """
    console = Console(stderr=True, highlight=False)
    try:
        template_id, parameters = parse_source_url(url, os.environ.get("MUSTER_SOURCE_PASSWORD"))
    except BadSourceUrl as error:
        raise click.UsageError(str(error)) from None
    started = time.monotonic()
    try:
        with _destination(output) as descriptor:
            request = {
                "mode": "collect",
                "template_id": template_id,
                "parameters": parameters,
                "schemas": list(schemas) or None,
                "file_roots": None,
                "networks": NetworkRules().as_texts(),
                "connect_timeout_seconds": CONNECT_TIMEOUT_SECONDS,
                "memory_mb": MEMORY_MB,
                "output_fd": descriptor,
            }
            result = _run_collector(request, descriptor, console)
    except KeyboardInterrupt:
        console.print("Interrupted.")
        raise SystemExit(INTERRUPTED_EXIT_CODE) from None
    _print_summary(result, time.monotonic() - started, console)
    if result["failed"]:
        raise SystemExit(PARTIAL_EXIT_CODE)


@contextmanager
def _destination(output: Path | None) -> Iterator[int]:
    """The descriptor to write to. A file gets its name only when the block ends well."""
    if output is None:
        with os.fdopen(os.dup(sys.stdout.fileno()), "wb") as copy:
            yield copy.fileno()
        return
    unfinished = output.with_name(f".{output.name}.{os.getpid()}.part")
    try:
        with unfinished.open("xb") as file:
            yield file.fileno()
        unfinished.replace(output)
    except OSError as error:
        raise CollectFailed(f"{output} cannot be written: {error.strerror}.") from None
    finally:
        unfinished.unlink(missing_ok=True)


def _run_collector(request: dict[str, Any], descriptor: int, console: Console) -> dict[str, Any]:
    """Run the collector to its end and return its result event. Raises CollectFailed."""
    process = subprocess.Popen(
        [sys.executable, "-m", "worker.collector"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,  # what drivers print there may quote anything; failures come as events
        pass_fds=(descriptor,),
        cwd=REPO_ROOT,
        env={k: v for k, v in os.environ.items() if not k.startswith(_KEPT_FROM_CHILD)},
        start_new_session=True,
    )
    assert process.stdin is not None  # noqa: S101 - both are pipes
    assert process.stdout is not None  # noqa: S101
    try:
        with process.stdin as stdin, process.stdout as events:
            with suppress(BrokenPipeError):  # it ended at once: the lack of a result tells
                stdin.write(json.dumps(request).encode() + b"\n")
                stdin.flush()
            return _follow(events, console)
    finally:
        _end(process)


def _follow(events: IO[bytes], console: Console) -> dict[str, Any]:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task: TaskID = bar.add_task("starting", total=None)
        for line in events:
            event = json.loads(line)
            match event["event"]:
                case "progress":
                    bar.update(
                        task, description=event["phase"], completed=event["done"], total=event["total"]
                    )
                case "log" if event["level"] != "INFO":
                    console.print(f"{event['level']}: {event['message']}", markup=False, soft_wrap=True)
                case "error":
                    raise CollectFailed(" ".join(filter(None, (event["message"], event["hint"]))))
                case "result":
                    return dict(event)
    raise CollectFailed("The collector process ended without a result.")


def _end(process: "subprocess.Popen[bytes]") -> None:
    try:
        process.wait(STOP_GRACE_SECONDS if process.poll() is None else 0)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _print_summary(result: dict[str, Any], seconds: float, console: Console) -> None:
    table = Table("source", "datasets", "columns", "failed", "filtered", "seconds")
    counts = [str(result[name]) for name in ("datasets", "columns", "failed", "filtered")]
    table.add_row(result["version"], *counts, f"{seconds:.1f}")
    console.print(table)

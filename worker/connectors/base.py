"""What every connector is, and what connectors share: where records go, and how a document is made.

A connector belongs to one process and one source: it opens at most one session, and `cancel` may be called
from another thread at any moment to end what that session is doing.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from app.core.domain.endpoints import Diagnostic, TestResult
from app.core.domain.runs import RunErrorCode
from worker.metering import Meter
from worker.sources import SourceError, Step


@dataclass(frozen=True)
class DatasetStats:
    """What moves without the dataset having changed; never part of the document or its hash."""

    row_count_estimate: int | None
    size_bytes: int | None
    columns: int


@dataclass(frozen=True)
class Scope:
    """What one collection covered. `complete`: the list of schemas was read in full, so that a schema absent
    from it no longer exists; False when schemas were asked for by name or the account may not see all.
    `limited`: nothing was asked for by name, but the account may not see all."""

    database: str | None
    complete: bool
    limited: bool = False


class Sink(Protocol):
    """Where a connector puts what it reads. For each schema one `listing`, before the schema's objects."""

    def listing(
        self,
        database: str | None,
        schema: str,
        *,
        ok: bool,
        listed: int,
        complete: bool,
        reason: str | None = None,
    ) -> None:
        """A schema in scope. `complete`: an object absent from the listing is gone from the source."""

    def filtered(self, database: str | None, schema: str, count: int) -> None:
        """A schema outside the scope, and how many objects it holds."""

    def dataset(
        self, database: str | None, schema: str, name: str, document: bytes, stats: DatasetStats
    ) -> None:
        """One object, described by a JSON document of one line in UTF-8."""

    def failure(
        self, database: str | None, schema: str, name: str | None, code: RunErrorCode, reason: str
    ) -> None:
        """An object that was listed and could not be read; `name` None: the schema itself."""


class Reporter(Protocol):
    """Where a connector says how far it is."""

    def progress(self, phase: str, done: int, total: int | None, current: str | None = None) -> None: ...

    def log(self, level: str, message: str, **fields: Any) -> None: ...


class Connector(Protocol):
    """One source technology. Constructed with the Source it is to read."""

    version: str | None
    meter: Meter

    def steps(self) -> Sequence[tuple[Step, Callable[[], str]]]:
        """The test's steps: each returns what it found as a sentence, or raises SourceError."""

    def open_session(self) -> None:
        """Connect, before anything is read. Raises SourceError."""

    def fingerprint(self) -> str:
        """A short text that is another one whenever what `collect` would read may be, from two statements at
        most. It does not move with what moves without a dataset having changed. Raises SourceError."""

    def collect(self, sink: Sink, report: Reporter) -> Scope:
        """Read everything in scope into `sink`. Raises SourceError when the source cannot be read."""

    def cancel(self) -> None:
        """End the session's current statement, from another thread, in CANCEL_TIMEOUT_SECONDS at most."""

    def close(self) -> None:
        """End the session, when there is one."""


def run_test(connector: Connector) -> TestResult:
    """Walk through the connector's steps until one fails. Never raises SourceError."""
    diagnostics: list[Diagnostic] = []
    for step, take in connector.steps():
        try:
            diagnostics.append(Diagnostic("INFO", step.value, take()))
        except SourceError as error:
            diagnostics.append(Diagnostic("ERROR", error.code.value, error.message, error.hint, error.field))
            return TestResult(False, tuple(diagnostics), connector.version)
    return TestResult(True, tuple(diagnostics), connector.version)


def make_document(
    *,
    database: str | None,
    schema: str,
    name: str,
    kind: str,
    comment: str | None = None,
    columns: Sequence[Mapping[str, Any]],
    primary_key: Sequence[str] = (),
    foreign_keys: Sequence[Mapping[str, Any]] = (),
    indexes: Sequence[Mapping[str, Any]] = (),
    definition: str | None = None,
) -> bytes:
    """A dataset's document as one line of JSON. Raises UnicodeEncodeError for a text that is no Unicode.

    Columns, foreign keys and indexes have their keys in jsonb's order, short ones first: none is sorted.
    """
    document = {
        "type": "dataset",
        "database": database,
        "schema": schema,
        "name": name,
        "kind": kind,
        "comment": comment,
        "columns": columns,
        "primary_key": primary_key,
        "foreign_keys": foreign_keys,
        "indexes": indexes,
        "definition": definition,
    }
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


def check_scope(
    wanted: Iterable[str] | None, present: Iterable[str], noun: str = "schema"
) -> tuple[str, ...]:
    """The wanted schemas that are missing. Raises SourceError SOURCE_NOT_FOUND when all of them are."""
    if wanted is None:
        return ()
    there = set(present)
    wanted = tuple(wanted)
    missing = tuple(name for name in wanted if name not in there)
    if wanted and len(missing) == len(wanted):
        raise missing_schemas(missing, noun)
    return missing


def missing_schemas(missing: Sequence[str], noun: str = "schema") -> SourceError:
    """The error for schemas that were asked for and are not there."""
    names = ", ".join(f"“{name}”" for name in missing[:5]) + (" and others" if len(missing) > 5 else "")
    plural = "s" if len(missing) > 1 else ""
    return SourceError(
        RunErrorCode.SOURCE_NOT_FOUND,
        f"The source has no {noun}{plural} {names} that this account may see.",
        hint="Check the spelling, upper and lower case included, and the account's rights.",
        field="schemas",
    )


def record_missing_schema(sink: Sink, database: str | None, name: str) -> None:
    """Record that a schema asked for is not there. It is counted as listed and failed, so that a run that
    lacks a schema is never a full success; its absence is no evidence that its datasets are gone."""
    reason = f"The schema “{name}” does not exist, or the account may not see it."
    sink.listing(database, name, ok=False, listed=1, complete=False, reason=reason)
    sink.failure(database, name, None, RunErrorCode.SOURCE_NOT_FOUND, reason)


def record_listing(
    sink: Sink, database: str | None, schema: str, *, announced: int, met: int, complete: bool
) -> None:
    """Record a schema whose objects a statement counted before another read them. Where fewer were met, the
    schema has failed: what was dropped in between cannot be told from what was left out. What was created in
    between was read."""
    if met >= announced:
        sink.listing(database, schema, ok=True, listed=met, complete=complete)
        return
    reason = f"{announced} objects were counted, {met} of them were met. The next run looks again."
    sink.listing(database, schema, ok=False, listed=met + 1, complete=False, reason=reason)
    sink.failure(database, schema, None, RunErrorCode.SOURCE_ERROR, reason)

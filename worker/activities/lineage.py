"""After a run has been merged: what its endpoint's views are made from, where that is not known yet.

The catalog is the truth by then, and lineage only says more about it: whatever goes wrong here is told, and
left to the next run, which finds the same views waiting.
"""

import logging
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar
from uuid import UUID

from temporalio import activity

from app.core.db import lineage, runs
from app.core.db.lineage import StoredTable, StoredView
from app.core.db.pool import autocommit
from app.core.domain.catalog import dataset_identity
from app.core.domain.lineage import LineageLevel, TracedSource, TracedView, some_of
from worker.activities.context import ActivityContext
from worker.lineage.process import Parser
from worker.lineage.views import TableName, Traced, Unreadable, View

log = logging.getLogger(__name__)

T = TypeVar("T")
R = TypeVar("R")

SECONDS_PER_RUN = 60.0
BATCH = 20


def trace_views(
    context: ActivityContext,
    run_id: UUID,
    seconds: float = SECONDS_PER_RUN,
    make_parser: Callable[[], Parser] = Parser,
) -> None:
    """Find the lineage of the views that wait for it, for at most about `seconds`; nothing when none does."""
    ends_at = time.monotonic() + seconds
    with autocommit(context.pool) as conn:
        waiting = lineage.list_views_to_trace(conn, run_id)
    if not waiting:
        return
    left = len(waiting)
    partly = 0
    try:
        with make_parser() as parser:
            tracer = _Tracer(context, run_id, parser, ends_at)
            for begin in range(0, len(waiting), BATCH):
                traced = tracer.trace(waiting[begin : begin + BATCH])
                left -= len(traced)
                partly += sum(view.note is not None for view in traced)
                if tracer.is_over():
                    break
    except OSError as error:
        log.warning("lineage_parser_failed", extra={"run_id": str(run_id), "error": type(error).__name__})
    _tell(context, run_id, len(waiting) - left, partly, left)


@dataclass(frozen=True)
class _Tracer:
    context: ActivityContext
    run_id: UUID
    parser: Parser
    ends_at: float

    def is_over(self) -> bool:
        return time.monotonic() > self.ends_at or self._must_stop()

    def _must_stop(self) -> bool:
        activity.heartbeat()
        return activity.is_cancelled() or activity.is_worker_shutdown()

    def trace(self, ids: Sequence[UUID]) -> list[TracedView]:
        """Trace these views and keep what was found: of all, or of those that there was time for."""
        with self.context.pool.connection() as conn:
            views = lineage.views_for_ids(conn, self.run_id, ids)
        named = list(self._in_time(self._named, views))
        known = self._known_tables(named)
        traced = list(self._in_time(lambda each: self._traced(each, known), named))
        with self.context.pool.connection() as conn:
            lineage.replace_lineage(conn, self.run_id, traced)
        return traced

    def _in_time(self, make: Callable[[T], R], items: Iterable[T]) -> Iterator[R]:
        """What is made of each, one at least: a run always gets on."""
        for number, item in enumerate(items):
            if self._must_stop() or (number > 0 and self.is_over()):
                return
            yield make(item)

    def _named(self, view: StoredView) -> "_Named":
        if view.text is None or view.template_id is None:
            return _Named(view, None, (), "The source does not tell the view's text.")
        question = View(view.template_id, view.schema, tuple(view.columns), view.text)
        try:
            return _Named(view, question, tuple(self.parser.tables_of(question)))
        except Unreadable as error:
            return _Named(view, None, (), str(error))

    def _known_tables(self, named: Sequence["_Named"]) -> "_Known":
        """What the catalog holds of all that the views read: one statement for them all."""
        if not any(each.tables for each in named):
            return _Known({}, {})
        endpoint_id = named[0].view.endpoint_id
        with self.context.pool.connection() as conn:
            # SQLite does not mind the case of a name, and its texts are as they were written
            if named[0].view.template_id == "sqlite":
                names = {table.name for each in named for table in each.tables}
                return _Known({}, lineage.tables_by_folded_name(conn, endpoint_id, names))
            identities = {each.identity_of(table) for each in named for table in each.tables}
            return _Known(lineage.tables_by_identity(conn, endpoint_id, identities), {})

    def _traced(self, named: "_Named", known: "_Known") -> TracedView:
        view = named.view
        if named.question is None:
            return TracedView(view.id, view.document_hash, view.seen_at, (), named.note)
        tables = {name: table for name in named.tables if (table := known.find(named, name))}
        try:
            found = self.parser.trace(named.question, {name: table.columns for name, table in tables.items()})
        except Unreadable as error:  # it may be only now that it takes too long
            found = Traced({table: [] for table in named.tables}, tuple(view.columns), str(error))
        sources = _sources(named, tables, found)
        return TracedView(view.id, view.document_hash, view.seen_at, sources, _note(found))


@dataclass(frozen=True)
class _Named:
    """A view and the tables that its text names; `question` is None when it cannot be asked about further."""

    view: StoredView
    question: View | None
    tables: tuple[TableName, ...]
    note: str | None = None

    def identity_of(self, table: TableName) -> bytes:
        return dataset_identity(self.view.database, table.schema, table.name)


@dataclass(frozen=True)
class _Known:
    """The datasets that views read, by identity or by their names in lower case."""

    by_identity: dict[bytes, StoredTable]
    by_folded_name: dict[str, StoredTable]

    def find(self, named: _Named, table: TableName) -> StoredTable | None:
        found = self.by_identity.get(named.identity_of(table))
        return found or self.by_folded_name.get(table.name.lower())


def _sources(named: _Named, tables: dict[TableName, StoredTable], found: Traced) -> tuple[TracedSource, ...]:
    """What is kept of a view's sources: a table named in two ways is one."""
    level = LineageLevel.TABLE if found.unknown else LineageLevel.COLUMN
    sources: dict[bytes, TracedSource] = {}
    for name, pairs in found.pairs.items():
        table = tables.get(name)
        identity = named.identity_of(name) if table is None else table.identity
        schema, entity = name if table is None else (table.schema, table.name)
        before = sources[identity].columns if identity in sources else ()
        columns = tuple(dict.fromkeys((*before, *pairs)))
        sources[identity] = TracedSource(identity, schema, entity, level, columns)
    return tuple(sources.values())


def _note(found: Traced) -> str | None:
    if not found.unknown:
        return None
    if found.note is not None:
        return f"Only the tables that it reads are known. {found.note}"
    return f"What these columns are made from is not known in full: {some_of(found.unknown)}."


def _tell(context: ActivityContext, run_id: UUID, traced: int, partly: int, left: int) -> None:
    message = f"Lineage of {traced} views traced."
    if left:
        message += " The others wait for the next run."
    fields = {"views": traced, "not to the column": partly, "waiting": left}
    with context.pool.connection() as conn:
        runs.add_log_lines(conn, run_id, [(context.clock(), "INFO", message, fields)])

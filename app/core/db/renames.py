"""What may have been renamed between two states of an endpoint's catalog."""

from datetime import timedelta
from uuid import UUID

from app.core.db import comparisons
from app.core.db.comparisons import Span
from app.core.db.rows import Conn
from app.core.domain.catalog import ChangeKind
from app.core.domain.catalog_history import ComparisonKind, DatasetComparison
from app.core.domain.catalog_renames import (
    MAX_COMPARED,
    Described,
    RenameSuggestion,
    column_renames,
    dataset_renames,
)

_JUST_BEFORE = timedelta(microseconds=1)


def renames_within(conn: Conn, span: Span) -> list[RenameSuggestion]:
    """Datasets first, then columns of the first MAX_COMPARED datasets that changed."""
    gone, came, changed = (
        comparisons.list_differences(conn, span, MAX_COMPARED, kind=kind)
        for kind in (ComparisonKind.REMOVED, ComparisonKind.ADDED, ComparisonKind.CHANGED)
    )
    of_datasets = dataset_renames([_described(each) for each in gone], [_described(each) for each in came])
    return of_datasets + [suggestion for each in changed for suggestion in _columns(each)]


def renames_of_run(conn: Conn, endpoint_id: UUID, run_id: UUID) -> list[RenameSuggestion]:
    """renames_within what the run's merge changed."""
    at = comparisons.merge_moment(conn, run_id)
    return [] if at is None else renames_within(conn, Span(endpoint_id, at - _JUST_BEFORE, at))


def _described(compared: DatasetComparison) -> Described:
    dataset = compared.dataset
    return Described(dataset.id, dataset.display_name, dataset.name, dataset.document)


def _columns(compared: DatasetComparison) -> list[RenameSuggestion]:
    changes = compared.changes
    gone = [change.before for change in changes if change.kind is ChangeKind.COLUMN_REMOVED]
    came = [change.after for change in changes if change.kind is ChangeKind.COLUMN_ADDED]
    return column_renames(compared.id, gone, came)

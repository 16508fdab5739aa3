"""The arguments of queries and fields. An explicit null counts as absent."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from functools import lru_cache
from typing import Any
from uuid import UUID

from marshmallow import ValidationError, fields, pre_load, validate, validates_schema

from app.api.fields import (
    PAGE_SIZE,
    Count,
    Id,
    Input,
    Items,
    RowNumber,
    Text,
    cron_field,
    labels_field,
    load,
    timezone_field,
)
from app.core.domain.audit import ObjectKind, Outcome
from app.core.domain.catalog import ChangeKind, DatasetKind
from app.core.domain.runs import RunStatus, RunTrigger
from app.core.domain.templates import Family

MAX_COUNT = 100
MAX_LANES = 500
# How many values there are to filter by, of one kind.
MAX_FACETS = 1000
MAX_DAYS = 3650
MAX_DEPTH = 10
MAX_TIMELINE = timedelta(days=7)
# How many different arguments are worth keeping: those of the pages that are open somewhere.
MAX_KNOWN = 256
LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")


class Arguments(Input):
    """Named as in the contract; what is loaded is named as Python does."""

    @pre_load
    def without_nulls(self, data: Mapping[str, Any], **_: Any) -> dict[str, Any]:
        return {key: value for key, value in data.items() if value is not None}


class ById(Arguments):
    id = Id(required=True)


class Templates(Arguments):
    family = fields.Enum(Family, load_default=None)


class Endpoints(Arguments):
    search = Text(load_default=None)
    labels = labels_field(load_default=None)
    capability = Text(load_default=None)
    first = Count(50)
    after = Id(load_default=None)


class EndpointsPage(Endpoints):
    include_deleted = fields.Boolean(load_default=False)


class EndpointRuns(Arguments):
    limit = Count(5, MAX_COUNT)


class Collections(Arguments):
    endpoint_id = Id(load_default=None)
    is_enabled = fields.Boolean(load_default=None)
    search = Text(load_default=None)
    first = Count(50)
    after = Id(load_default=None)


class CollectionRuns(Arguments):
    first = Count(25)
    after = Id(load_default=None)


class NextRuns(Arguments):
    count = Count(1, MAX_COUNT)


class SchedulePreview(Arguments):
    cron = cron_field(required=True)
    timezone = timezone_field(load_default="UTC")
    count = Count(10, MAX_COUNT)


class RunConditions(Arguments):
    endpoint_id = Id()
    collection_id = Id()
    status = fields.Enum(RunStatus)
    statuses = Items(fields.Enum(RunStatus))
    trigger = fields.Enum(RunTrigger)
    from_ = fields.Raw()
    to = fields.Raw()
    changed_only = fields.Boolean()


class Runs(Arguments):
    filter = fields.Nested(RunConditions, load_default=dict)
    first = Count(50)
    after = Id(load_default=None)


class RunChanges(Arguments):
    first = Count(50)
    after = RowNumber(load_default=None)


class RunLogs(Arguments):
    first = Count(PAGE_SIZE)
    after = RowNumber(load_default=None)
    level = fields.String(load_default=None, validate=validate.OneOf(LOG_LEVELS))


class Datasets(Arguments):
    endpoint_id = Id()
    search = Text()
    labels = labels_field()
    schema = Text()
    kind = fields.Enum(DatasetKind)
    include_removed = fields.Boolean()
    as_of = fields.Raw(load_default=None)
    first = Count(25)
    after = Id(load_default=None)


class OneDataset(ById):
    as_of = fields.Raw(load_default=None)


class Versions(Arguments):
    first = Count(20)


class Observations(Arguments):
    days = fields.Integer(strict=True, load_default=90, validate=validate.Range(1, MAX_DAYS))


class LineageDepth(Arguments):
    depth = fields.Integer(strict=True, load_default=1, validate=validate.Range(1, MAX_DEPTH))


class References(Arguments):
    first = Count(50)


class FailedObjects(Arguments):
    first = Count(50)
    after = RowNumber(load_default=None)


class HeldRemovals(Arguments):
    endpoint_id = Id(load_default=None)
    run_id = Id(load_default=None)
    include_decided = fields.Boolean(load_default=False)
    first = Count(50)


class HeldDatasets(Arguments):
    first = Count(50)
    after = Id(load_default=None)


class ByRunId(Arguments):
    run_id = Id(required=True)


class Comparison(Arguments):
    endpoint_id = Id(required=True)
    from_ = fields.Raw(load_default=None)
    to = fields.Raw(load_default=None)
    from_run_id = Id(load_default=None)
    to_run_id = Id(load_default=None)
    first = Count(50)
    after = Id(load_default=None)

    @validates_schema
    def check_moments(self, data: dict[str, Any], **_: Any) -> None:
        if (data["from_"] is None) == (data["from_run_id"] is None):
            raise ValidationError("Give either this or `fromRunId`.", "from")
        if data["to"] is not None and data["to_run_id"] is not None:
            raise ValidationError("Give either this or `toRunId`.", "to")


class Changes(Arguments):
    endpoint_id = Id()
    dataset_id = Id()
    run_id = Id()
    kinds = Items(fields.Enum(ChangeKind))
    breaking_only = fields.Boolean()
    from_ = fields.Raw()
    to = fields.Raw()
    first = Count(50)
    after = RowNumber(load_default=None)


class Failing(Arguments):
    first = Count(20)


class RunTimeline(Arguments):
    from_ = fields.Raw(required=True)
    to = fields.Raw(required=True)
    endpoint_limit = Count(MAX_LANES, MAX_LANES)

    @validates_schema
    def check_span(self, data: dict[str, Any], **_: Any) -> None:
        if data["to"] < data["from_"]:
            raise ValidationError("Must not be before `from`.", "to")
        if data["to"] - data["from_"] > MAX_TIMELINE:
            raise ValidationError(f"Must be at most {MAX_TIMELINE.days} days after `from`.", "to")


class UpcomingRuns(Arguments):
    first = Count(20)


class Schemas(Arguments):
    endpoint_id = Id(load_default=None)


class AuditConditions(Arguments):
    actor = Text()
    action = Text()
    object_kind = fields.Enum(ObjectKind)
    object_id = Id()
    outcome = fields.Enum(Outcome)
    from_ = fields.Raw()
    to = fields.Raw()


class AuditEvents(Arguments):
    filter = fields.Nested(AuditConditions, load_default=dict)
    first = Count(50)
    after = RowNumber(load_default=None)


def read(schema: type[Arguments], arguments: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments of a field, by their Python names. Raises BadInput with every fault.

    What is nested in them is not to be changed: others may be given it, too.
    """
    return dict(_loaded(schema, _Given(repr(arguments), arguments)))


@dataclass(frozen=True)
class _Given:
    """Arguments as they came: the same as others that are `written` alike."""

    written: str
    arguments: Mapping[str, Any] = field(compare=False)


@lru_cache(maxsize=MAX_KNOWN)
def _loaded(schema: type[Arguments], given: _Given) -> Mapping[str, Any]:
    # a field below a list is given the same for each row, and who watches a page asks for it again and again
    loaded: dict[str, Any] = load(schema, given.arguments)
    return loaded


def read_id(arguments: Mapping[str, Any]) -> UUID:
    """The argument `id`. Raises BadInput."""
    found: UUID = read(ById, arguments)["id"]
    return found

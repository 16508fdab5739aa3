"""Removals that wait for a person."""

from collections.abc import Sequence
from typing import Any

from ariadne import ObjectType, QueryType

from app.api import arguments
from app.api.completion import Together
from app.api.context import Info
from app.api.pages import Page, page
from app.api.selections import ShownEndpoint, endpoints_shown
from app.core.db import held_removals
from app.core.domain.catalog import Dataset
from app.core.domain.removals import HeldRemovals
from app.core.domain.runs import Run

query = QueryType()
held_type = ObjectType("HeldRemovals")


@query.field("heldRemovals")
def resolve_held_removals(_: object, info: Info, **given: Any) -> list[HeldRemovals]:
    found = held_removals.list_held_removals(
        info.context.reads.conn, **arguments.read(arguments.HeldRemovals, given)
    )
    info.context.reads.saw(found)
    return found


@held_type.field("run")
def resolve_run(held: HeldRemovals, info: Info) -> Run | None:
    return info.context.reads.run(held.run_id)


@held_type.field("endpoint")
@Together
def resolve_endpoints(several: Sequence[HeldRemovals], info: Info) -> Sequence[ShownEndpoint | None]:
    return endpoints_shown(info, [held.endpoint_id for held in several])


@held_type.field("liveCount")
def resolve_live_count(held: HeldRemovals, info: Info) -> int:
    return info.context.reads.dataset_count(held.endpoint_id)


@held_type.field("datasets")
def resolve_datasets(held: HeldRemovals, info: Info, **given: Any) -> Page[Dataset]:
    wanted = arguments.read(arguments.HeldDatasets, given)
    reads, first, after = info.context.reads, wanted["first"], wanted["after"]
    if after is None:
        ids = reads.dataset_ids_of_held(held, first + 1)
    else:
        ids = held_removals.held_dataset_ids(reads.conn, held, first + 1, after)
    found = [dataset for dataset in map(reads.dataset, ids) if dataset is not None]
    return page(found, first, after, lambda: held.count)


bindables = [query, held_type]

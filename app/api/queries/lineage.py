"""Where the rows of datasets come from and go to, and which foreign keys refer to them."""

from collections.abc import Mapping
from typing import Any

from ariadne import ObjectType

from app.api import arguments
from app.api.context import Info
from app.core.domain.catalog import Dataset
from app.core.domain.lineage import Direction, Lineage, LineageNode, Reference

dataset_type = ObjectType("CatalogDataset")
node_type = ObjectType("CatalogLineageNode")
reference_type = ObjectType("CatalogReference")


@dataset_type.field("upstream")
def resolve_upstream(dataset: Dataset, info: Info, **given: Any) -> Lineage:
    return _lineage(dataset, info, Direction.UPSTREAM, given)


@dataset_type.field("downstream")
def resolve_downstream(dataset: Dataset, info: Info, **given: Any) -> Lineage:
    return _lineage(dataset, info, Direction.DOWNSTREAM, given)


def _lineage(dataset: Dataset, info: Info, direction: Direction, given: Mapping[str, Any]) -> Lineage:
    depth = arguments.read(arguments.LineageDepth, given)["depth"]
    return info.context.reads.lineage_of(dataset.id, direction, depth) or Lineage()


@dataset_type.field("lineageNote")
def resolve_lineage_note(dataset: Dataset, info: Info) -> str | None:
    return info.context.reads.lineage_note(dataset.id)


@dataset_type.field("referencedBy")
def resolve_referenced_by(dataset: Dataset, info: Info, **given: Any) -> list[Reference]:
    return info.context.reads.references_to(dataset.id, arguments.read(arguments.References, given)["first"])


@node_type.field("dataset")
def resolve_node_dataset(node: LineageNode, info: Info) -> Dataset | None:
    return info.context.reads.dataset(node.dataset_id)


@reference_type.field("dataset")
def resolve_referring_dataset(reference: Reference, info: Info) -> Dataset | None:
    return info.context.reads.dataset(reference.dataset_id)


bindables = [dataset_type, node_type, reference_type]

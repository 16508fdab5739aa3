"""Where the rows of datasets come from and go to, and which foreign keys refer to them."""

from typing import Any

from ariadne import ObjectType

from app.api import arguments
from app.api.context import Info
from app.core.domain.catalog import Dataset
from app.core.domain.lineage import Lineage, LineageNode, Reference

dataset_type = ObjectType("CatalogDataset")
node_type = ObjectType("CatalogLineageNode")
reference_type = ObjectType("CatalogReference")


@dataset_type.field("upstream")
def resolve_upstream(dataset: Dataset, info: Info, **given: Any) -> Lineage:
    arguments.read(arguments.LineageDepth, given)
    return Lineage()


@dataset_type.field("downstream")
def resolve_downstream(dataset: Dataset, info: Info, **given: Any) -> Lineage:
    arguments.read(arguments.LineageDepth, given)
    return Lineage()


@dataset_type.field("lineageNote")
def resolve_lineage_note(dataset: Dataset, info: Info) -> str | None:
    return None


@dataset_type.field("referencedBy")
def resolve_referenced_by(dataset: Dataset, info: Info, **given: Any) -> list[Reference]:
    arguments.read(arguments.References, given)
    return []


@node_type.field("dataset")
def resolve_node_dataset(node: LineageNode, info: Info) -> Dataset | None:
    return info.context.reads.dataset(node.dataset_id)


@reference_type.field("dataset")
def resolve_referring_dataset(reference: Reference, info: Info) -> Dataset | None:
    return info.context.reads.dataset(reference.dataset_id)


bindables = [dataset_type, node_type, reference_type]

"""createCollection, updateCollection, deleteCollection."""

from typing import Any

from ariadne import MutationType

from app.api import arguments, inputs
from app.api.context import Info
from app.api.mutations.writing import begin
from app.core.domain.collections import Collection
from app.services import collections

mutation = MutationType()


@mutation.field("createCollection")
def resolve_create_collection(_: object, info: Info, **given: Any) -> Collection:
    return collections.create(begin(info), inputs.new_collection(given["input"]))


@mutation.field("updateCollection")
def resolve_update_collection(_: object, info: Info, **given: Any) -> Collection:
    collection_id, changes = inputs.collection_changes(given["id"], given["input"])
    return collections.update(begin(info), collection_id, changes)


@mutation.field("deleteCollection")
def resolve_delete_collection(_: object, info: Info, **given: Any) -> bool:
    return collections.delete(begin(info), arguments.read_id(given))


bindables = [mutation]

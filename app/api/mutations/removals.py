"""approveRemovals, dismissRemovals, restoreRemovals."""

from typing import Any

from ariadne import MutationType

from app.api import arguments
from app.api.context import Info
from app.api.mutations.writing import begin
from app.core.domain.removals import HeldRemovals
from app.services import removals

mutation = MutationType()


@mutation.field("approveRemovals")
def resolve_approve_removals(_: object, info: Info, **given: Any) -> HeldRemovals:
    return removals.approve(begin(info), arguments.read(arguments.ByRunId, given)["run_id"])


@mutation.field("dismissRemovals")
def resolve_dismiss_removals(_: object, info: Info, **given: Any) -> HeldRemovals:
    return removals.dismiss(begin(info), arguments.read(arguments.ByRunId, given)["run_id"])


@mutation.field("restoreRemovals")
def resolve_restore_removals(_: object, info: Info, **given: Any) -> HeldRemovals:
    return removals.restore(begin(info), arguments.read(arguments.ByRunId, given)["run_id"])


bindables = [mutation]

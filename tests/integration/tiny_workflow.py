"""A workflow of the real one's name that ends as it is told, without touching its run's row."""

from temporalio import workflow
from temporalio.exceptions import ApplicationError

with workflow.unsafe.imports_passed_through():
    from app.core.contracts import COLLECTION_RUN_WORKFLOW, CollectionRunInput


@workflow.defn(name=COLLECTION_RUN_WORKFLOW)
class TinyRun:
    """Runs until the signal `end`: "complete" or "fail"."""

    def __init__(self) -> None:
        self._end: str | None = None

    @workflow.run
    async def run(self, request: CollectionRunInput) -> None:
        await workflow.wait_condition(lambda: self._end is not None)
        if self._end == "fail":
            raise ApplicationError("The password was wrong.", type="SOURCE_AUTH_FAILED")

    @workflow.signal
    def end(self, how: str) -> None:
        self._end = how

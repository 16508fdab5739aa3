"""Every name of the contract is registered, once, on the queue it belongs to."""

from temporalio import activity, workflow

from app.core.contracts import COLLECTION_RUN_WORKFLOW, CONNECTION_TEST_WORKFLOW, Activity
from worker import registry
from worker.activities.context import ActivityContext


def names(functions: list[registry.ActivityFunction]) -> list[str]:
    return [str(activity._Definition.must_from_callable(function).name) for function in functions]


def test_every_activity_of_the_contract_is_registered(bound: ActivityContext) -> None:
    main, ingest = names(registry.activities(bound)), names(registry.ingest_activities(bound))
    assert ingest == [Activity.INGEST], "only ingest belongs on the ingest queue: worker/registry.py"
    assert sorted(main + ingest) == sorted(Activity), "a contract name lacks: worker/registry.py"


def test_every_workflow_of_the_contract_is_registered() -> None:
    registered = {str(workflow._Definition.must_from_class(cls).name) for cls in registry.WORKFLOWS}
    assert registered == {COLLECTION_RUN_WORKFLOW, CONNECTION_TEST_WORKFLOW}

"""The first start's endpoint, and `muster trigger` on it."""

import socket
import subprocess
from collections.abc import Iterator
from typing import Any

import pytest

from app.cli.api_client import ApiClient
from app.cli.demo import SOURCE_ID, ensure_demo
from app.cli.embedded_postgres import EmbeddedPostgres
from app.cli.terminal import Terminal
from app.cli.trigger import EXIT_CODES, OTHER_EXIT_CODE, describe_end
from app.core.domain.runs import RunStatus
from tests.stack import MUSTER, RunningStack, quiet, running_stack, wait_until

FIND = """
query ($search: String!) {
  endpointsConnection(search: $search, includeDeleted: true) {
    nodes {
      id sourceId isDeleted config datasetCount
      collections { scheduleCron }
      runs { id status trigger error }
    }
  }
}
"""
REGISTER = "mutation ($input: EndpointInput!) { registerEndpoint(input: $input) { id } }"


@pytest.fixture(scope="module")
def stack() -> Iterator[RunningStack]:
    with running_stack(MUSTER_DEMO="1") as running:
        wait_until(lambda: SOURCE_ID in running.output(), 60)
        yield running


def find(stack: RunningStack, source_id: str = SOURCE_ID) -> dict[str, Any]:
    nodes = stack.graphql(FIND, {"search": source_id})["endpointsConnection"]["nodes"]
    assert len(nodes) == 1
    return dict(nodes[0])


def muster_trigger(stack: RunningStack, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [MUSTER, "trigger", *arguments],
        env=stack.environment(),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_first_start_collects_its_own_database_and_does_so_hourly(stack: RunningStack) -> None:
    wait_until(lambda: find(stack)["runs"][0]["status"] not in ("QUEUED", "RUNNING"), 60)
    demo = find(stack)
    assert [(run["status"], run["trigger"]) for run in demo["runs"]] == [("SUCCEEDED", "REGISTRATION")]
    assert demo["collections"] == [{"scheduleCron": "@hourly"}]
    assert demo["datasetCount"] > 0


def test_trigger_waits_for_success(stack: RunningStack) -> None:
    wait_until(lambda: find(stack)["runs"][0]["status"] not in ("QUEUED", "RUNNING"), 60)
    ended = muster_trigger(stack, SOURCE_ID, "--wait")
    assert ended.returncode == 0, ended.stderr
    assert "SUCCEEDED" in ended.stderr
    assert ended.stdout.strip() in [run["id"] for run in find(stack)["runs"]]


@pytest.mark.parametrize("key", ["id", "sourceId"])
def test_trigger_without_waiting_names_the_run(stack: RunningStack, key: str) -> None:
    wait_until(lambda: find(stack)["runs"][0]["status"] not in ("QUEUED", "RUNNING"), 60)
    started = muster_trigger(stack, find(stack)[key])
    assert started.returncode == 0, started.stderr
    assert started.stdout.strip() == find(stack)["runs"][0]["id"]


def test_trigger_of_a_run_that_is_skipped_fails_with_the_reason(stack: RunningStack) -> None:
    endpoint = {"name": "No connector", "url": "https://example.test", "capabilities": ["metadata"]}
    stack.graphql(REGISTER, {"input": endpoint})
    ended = muster_trigger(stack, "No connector", "--wait")
    assert ended.returncode == OTHER_EXIT_CODE
    assert "SKIPPED" in ended.stderr


@pytest.mark.parametrize("unknown", ["no-such-endpoint", "00000000-0000-4000-8000-000000000000"])
def test_trigger_of_an_unknown_endpoint_says_so(stack: RunningStack, unknown: str) -> None:
    refused = muster_trigger(stack, unknown)
    assert refused.returncode == OTHER_EXIT_CODE
    assert unknown in refused.stderr


def test_trigger_without_a_server_says_so(stack: RunningStack) -> None:
    refused = muster_trigger(stack, SOURCE_ID, "--url", "http://127.0.0.1:1")
    assert refused.returncode == OTHER_EXIT_CODE
    assert "http://127.0.0.1:1 does not answer" in refused.stderr


def test_demo_follows_the_database_to_another_port_and_stays_deleted() -> None:
    with running_stack(MUSTER_DEMO="1") as stack:
        wait_until(lambda: SOURCE_ID in stack.output(), 60)
        port = find(stack)["config"]["parameters"]["port"]
        stack.stop()
        with socket.create_server(("127.0.0.1", port)):
            stack.start()
            wait_until(lambda: f"“{SOURCE_ID}” now has port" in stack.output(), 60)
        assert find(stack)["config"]["parameters"]["port"] != port
        stack.graphql("mutation ($id: ID!) { deleteEndpoint(id: $id) }", {"id": find(stack)["id"]})
        postgres = EmbeddedPostgres(stack.data_dir / "postgres", quiet)
        ensure_demo(postgres, ApiClient(stack.url, stack.token), Terminal())
        assert find(stack)["isDeleted"]


@pytest.mark.parametrize(
    ("status", "code"),
    [(RunStatus.SUCCEEDED, 0), (RunStatus.PARTIAL, 3), (RunStatus.FAILED, 1), (RunStatus.CANCELED, 1)],
)
def test_exit_code_tells_how_the_run_ended(status: RunStatus, code: int) -> None:
    assert EXIT_CODES.get(status, OTHER_EXIT_CODE) == code


def test_end_of_a_run_in_one_sentence() -> None:
    run = {
        "status": "FAILED",
        "durationMs": 1234,
        "error": "The password is wrong.",
        "errorCode": "SOURCE_AUTH_FAILED",
        "skipReason": None,
        "stats": {"seen": 2, "added": 1},
    }
    assert describe_end(run) == "FAILED in 1.2 s. 2 seen, 1 added. SOURCE_AUTH_FAILED: The password is wrong."

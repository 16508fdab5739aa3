"""The settings that say where sources may be, from the environment of `muster up` to a collector's socket."""

import socket
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from app.core.config import DataFiles
from tests.stack import RunningStack, running_stack

TEST = (
    "mutation ($input: TestEndpointInput!) { testEndpoint(input: $input) { ok diagnostics { code field } } }"
)


@pytest.fixture(scope="module")
def stack() -> Iterator[RunningStack]:
    with running_stack(MUSTER_SOURCE_NETWORKS_DENY="127.0.0.0/8, ::1") as running:
        yield running


def tried(stack: RunningStack, template_id: str, **parameters: Any) -> dict[str, Any]:
    """The last step of a connection test that does not succeed."""
    account = {"database": "d", "username": "u", "password": "canary-2wsx"}
    test = {"templateId": template_id, "parameters": {**account, **parameters}}
    result = stack.graphql(TEST, {"input": test})["testEndpoint"]
    assert result["ok"] is False
    return dict(result["diagnostics"][-1])


@pytest.mark.parametrize("template_id", ["postgres", "mysql"])
@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "2130706433", "::ffff:127.0.0.1"])
def test_nobody_listening_in_a_denied_network_is_ever_connected_to(
    host: str, template_id: str, stack: RunningStack
) -> None:
    with closing(socket.create_server(("", 0))) as listener:
        listener.setblocking(False)
        step = tried(stack, template_id, host=host, port=listener.getsockname()[1])
        with pytest.raises(BlockingIOError):
            listener.accept()
    assert (step["code"], step["field"]) == ("SOURCE_NOT_ALLOWED", "host")


def test_without_an_allowed_folder_no_socket_of_this_machine_is_a_source(stack: RunningStack) -> None:
    folder = str(DataFiles(stack.data_dir).database_url.parent)
    step = tried(stack, "postgres", host=folder)
    assert (step["code"], step["field"]) == ("SOURCE_NOT_ALLOWED", "host")


def test_nor_is_a_file(stack: RunningStack, tmp_path: Path) -> None:
    (tmp_path / "there.sqlite").touch()
    test = {"templateId": "sqlite", "parameters": {"path": str(tmp_path / "there.sqlite")}}
    (step,) = stack.graphql(TEST, {"input": test})["testEndpoint"]["diagnostics"]
    assert (step["code"], step["field"]) == ("SOURCE_NOT_ALLOWED", "path")

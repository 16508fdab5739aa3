"""One `muster up` for all tests that ask it something or stop it, and leave it as it was."""

from collections.abc import Iterator

import pytest

from tests.stack import RunningStack, running_stack


@pytest.fixture(scope="package")
def shared_stack() -> Iterator[RunningStack]:
    with running_stack() as running:
        yield running


@pytest.fixture
def stack(shared_stack: RunningStack) -> RunningStack:
    """A running stack, started again when an earlier test stopped it."""
    if shared_stack.supervisor.poll() is not None:
        shared_stack.start()
    return shared_stack

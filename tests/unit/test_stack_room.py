"""Functions are called without mapping memory for each call, however deep the loop stands."""

import resource
from collections.abc import Callable

from app.api.stack_room import with_room

CALLS = 500
# As deep as a chunk of the stack can hold frames, so that one of the depths is next to its end.
DEPTHS = range(0, 200, 4)


def test_calls_map_no_memory_whatever_the_depth() -> None:
    # CPython 3.11 fails this where the call is a bare one
    faults = [at_depth(depth, lambda: with_room(page_faults_of_calls)) for depth in DEPTHS]
    assert max(faults) < CALLS


def at_depth(depth: int, function: Callable[[], int]) -> int:
    return function() if depth == 0 else at_depth(depth - 1, function)


def page_faults_of_calls() -> int:
    """How many pages of memory the system had to provide for CALLS calls, each some frames deep."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    for _ in range(CALLS):
        at_depth(10, int)
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before

"""Room on the interpreter's stack for what calls a great many functions.

CPython keeps its frames in chunks of 16 kB, and gives a chunk back to the system as soon as its first frame
returns. A loop whose calls happen to begin a new chunk therefore maps and unmaps memory with every call: for
GraphQL, with every field, which then takes several times as long. Whether that happens depends on nothing but
how deep the loop is called. A frame that is too big for a chunk gets one of its own, a power of two in size,
and what it does not use itself serves those below it.
"""

from collections.abc import Callable
from types import FunctionType
from typing import Any, TypeVar

T = TypeVar("T")

# Of 8 bytes each: more than 256 kB, so that the chunk has 512 kB and leaves more than 200 kB to others.
_SLOTS = 33_000


def with_room(function: Callable[[], T]) -> T:
    """What `function` returns, called with room for some hundred frames in one chunk."""
    result: T = _roomy(function)
    return result


def _call(function: Callable[[], Any]) -> Any:
    return function()


_roomy = FunctionType(_call.__code__.replace(co_stacksize=_SLOTS), {})

"""The parser of views' texts: a process that answers one question a line. `python -m worker.lineage.child`.

A question on stdin is `{"template", "schema", "columns", "text", "known"}`. Without `known` it asks for the
tables that the text names: `[[schema, name], …]`. With `known`, `[[[schema, name], columns], …]`, it asks for
what the view is made from. The answer on stdout is `{"tables"}`, `{"pairs", "unknown", "note"}` or
`{"unreadable"}`.
Nothing else is ever said: an error's own text might quote the view's.
"""

import contextlib
import json
import logging
import sys
import threading
from typing import Any

from worker.lineage.sql import tables_of, trace
from worker.lineage.views import TableName, Unreadable, View

MEMORY_BYTES = 512 << 20
STACK_BYTES = 128 << 20
# sqlglot descends by some twenty calls for each level of brackets.
CALLS_DEEP = 20_000
OPEN_FILES = 32


def main() -> None:
    """Answer until stdin ends."""
    _limit()
    logging.disable()  # sqlglot's warnings quote the text
    sys.setrecursionlimit(CALLS_DEEP)
    threading.stack_size(STACK_BYTES)
    thread = threading.Thread(target=_serve, name="parser")
    thread.start()
    thread.join()


def _serve() -> None:
    for line in sys.stdin.buffer:
        sys.stdout.write(json.dumps(answer(json.loads(line))) + "\n")
        sys.stdout.flush()


def answer(question: dict[str, Any]) -> dict[str, Any]:
    """What the process says to a question. Never raises for what the text holds."""
    view = View(question["template"], question["schema"], tuple(question["columns"]), question["text"])
    try:
        if question.get("known") is None:
            return {"tables": tables_of(view)}
        traced = trace(view, {TableName(*name): columns for name, columns in question["known"]})
    except Unreadable as error:
        return {"unreadable": str(error)}
    except MemoryError:
        return {"unreadable": "The view's text takes too much memory to be parsed."}
    except Exception:  # noqa: BLE001 - whatever a parser does with a hostile text; there is nobody to tell it to
        return {"unreadable": "The view's text cannot be parsed."}
    return {"pairs": list(traced.pairs.items()), "unknown": traced.unknown, "note": traced.note}


def _limit() -> None:
    """Whatever the text makes the parser do, it writes no file, opens few, and stays small."""
    try:
        import resource
    except ImportError:  # not on every system; the parent watches the time all the same
        return
    limits = {
        resource.RLIMIT_DATA: MEMORY_BYTES,
        resource.RLIMIT_FSIZE: 0,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_NOFILE: OPEN_FILES,
    }
    for name, limit in limits.items():
        with contextlib.suppress(ValueError, OSError):  # the system's own limit is lower
            resource.setrlimit(name, (limit, limit))


if __name__ == "__main__":
    main()

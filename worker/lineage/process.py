"""The worker's side of the parser of views' texts: a process for as long as there are views, with limits."""

import contextlib
import json
import os
import select
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import IO, Any, Self, TypeVar, cast

from app.core.domain.staged_document import storable
from worker.children import CHECKOUT, child_environment
from worker.lineage.views import TableName, Traced, Unreadable, View

COMMAND = (sys.executable, "-m", "worker.lineage.child")
SECONDS_PER_TEXT = 5.0
# The first answer takes as long as loading the parser does besides.
SECONDS_TO_START = 20.0
T = TypeVar("T")

_READ_BYTES = 1 << 16
_MAX_ANSWER_BYTES = 16 << 20


class Parser:
    """One parser, begun anew whenever a text has been too much for it. A context manager."""

    def __init__(self, command: Sequence[str] = COMMAND, seconds_per_text: float = SECONDS_PER_TEXT) -> None:
        self._command = command
        self._seconds_per_text = seconds_per_text
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end()

    def tables_of(self, view: View) -> list[TableName]:
        """The tables that the view reads. Raises Unreadable, and OSError when no process can be started."""
        return self._ask(view, None, lambda told: [TableName(*name) for name in told["tables"]])

    def trace(self, view: View, known: dict[TableName, list[str]]) -> Traced:
        """What the view is made from, by the columns of tables that are known. Raises as tables_of does."""
        return self._ask(view, list(known.items()), _traced)

    def _ask(self, view: View, known: Sequence[Any] | None, read: Callable[[Any], T]) -> T:
        """What `read` makes of the parser's answer. It is believed no more than the view's text is."""
        question = json.dumps({**view._asdict(), "known": known}).encode() + b"\n"
        seconds = self._seconds_per_text
        if self._process is None:
            seconds += SECONDS_TO_START
            self._process = self._start()
        try:
            told = storable(json.loads(self._exchange(self._process, question, seconds)))
            if "unreadable" not in told:
                return read(told)
        except TimeoutError:
            self._end()
            raise Unreadable("The view's text takes too long to be parsed.") from None
        except (EOFError, BrokenPipeError, ValueError, TypeError, KeyError):
            self._end()
            raise Unreadable("The view's text takes more to be parsed than the parser may have.") from None
        raise Unreadable(str(told["unreadable"]))

    def _start(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            self._command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,  # a crash's last words may quote the text
            cwd=CHECKOUT,
            env=child_environment(os.environ),
            start_new_session=True,
        )

    @staticmethod
    def _exchange(process: subprocess.Popen[bytes], question: bytes, seconds: float) -> bytearray:
        """The line with which the process answers. Raises TimeoutError, and EOFError or BrokenPipeError when
        the process ends instead."""
        ends_at = time.monotonic() + seconds
        stdin, stdout = cast("IO[bytes]", process.stdin), cast("IO[bytes]", process.stdout)
        # it reads a question to its end before it thinks
        stdin.write(question)
        stdin.flush()
        answer = bytearray()
        while not answer.endswith(b"\n"):
            ready, _, _ = select.select([stdout], [], [], max(0.0, ends_at - time.monotonic()))
            if not ready:
                raise TimeoutError
            part = os.read(stdout.fileno(), _READ_BYTES)
            if not part or len(answer) > _MAX_ANSWER_BYTES:
                raise EOFError
            answer += part
        return answer

    def _end(self) -> None:
        if self._process is None:
            return
        process, self._process = self._process, None
        process.kill()
        for stream in (process.stdin, process.stdout):
            with contextlib.suppress(BrokenPipeError):
                cast("IO[bytes]", stream).close()
        process.wait()


def _traced(told: Any) -> Traced:
    pairs = {TableName(*name): [(a, b) for a, b in each] for name, each in told["pairs"]}
    return Traced(pairs, tuple(told["unknown"]), told["note"])

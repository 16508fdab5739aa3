"""The parent's side of a collector process, with real children."""

import contextlib
import json
import subprocess
import sys
import textwrap
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import psutil
import pytest

from app.core.domain.endpoints import Diagnostic
from app.core.domain.networks import NetworkRules
from app.core.domain.runs import RunErrorCode
from tests.stack import wait_until
from tests.worker import children
from worker.children import CHECKOUT, Start
from worker.collector_events import Cleaner, Failure, LogLine, Progress, Result, parse_event
from worker.collector_process import CollectorProcess, CollectorRequest

PASSWORD = "canary-5tgb/6yhn"
TICK_SECONDS = 0.05


def request(**parameters: Any) -> CollectorRequest:
    return CollectorRequest(
        mode="collect",
        template_id="sqlite",
        parameters={"password": PASSWORD, **parameters},
        file_roots=["/"],
        networks=NetworkRules().as_texts(),
        connect_timeout_seconds=5,
        memory_mb=512,
    )


Way = Callable[[children.Behaviour], Start]


@pytest.fixture(params=["fresh", "forked"])
def way(request: pytest.FixtureRequest) -> Iterator[Way]:
    """How the test's children are started."""
    with ExitStack() as servers:

        def forked(behaviour: children.Behaviour) -> Start:
            return servers.enter_context(behaviour.server()).start

        yield forked if request.param == "forked" else lambda behaviour: behaviour


def started(start: Start) -> CollectorProcess:
    """A child that has read its request and said so."""
    process = CollectorProcess(request(), [PASSWORD], start)
    next(event for event in process.events(TICK_SECONDS) if event is not None)
    return process


def test_a_stopped_child_is_gone_and_reaped(way: Way) -> None:
    process = started(way(children.SLEEPS))
    process.stop()
    assert not psutil.pid_exists(process.pid)
    assert process.exit_sentence() == "The collector process was ended by the signal SIGTERM."


def test_a_child_that_will_not_go_is_killed(way: Way) -> None:
    process = started(way(children.IGNORES_SIGTERM))
    process.stop(grace_seconds=0.2)
    assert not psutil.pid_exists(process.pid)
    assert process.exit_sentence() == "The collector process was ended by the signal SIGKILL."


def test_stopping_reaches_the_children_of_the_child(way: Way) -> None:
    with CollectorProcess(request(), [], way(children.FORKS)) as process:
        said = next(event for event in process.events(TICK_SECONDS) if isinstance(event, LogLine))
        grandchild = psutil.Process(int(said.message))
    wait_until(lambda: not grandchild.is_running() or grandchild.status() == psutil.STATUS_ZOMBIE, 5)


def test_a_child_that_left_children_with_its_streams_has_ended() -> None:
    with CollectorProcess(request(), [], children.LEAVES_A_GRANDCHILD) as process:
        said = [event for event in process.events(TICK_SECONDS) if event is not None]
        assert len(said) == 1
        assert process.exit_sentence() is None


def test_a_child_that_floods_stderr_is_still_watched(way: Way) -> None:
    with CollectorProcess(request(), [], way(children.FLOODS_STDERR)) as process:
        events = process.events(TICK_SECONDS)
        assert isinstance(next(event for event in events if event is not None), Progress)
        assert next(events) is None
        assert set(process.error_output()) == {"words, words, words"}


def test_a_failing_parent_leaves_no_child(way: Way) -> None:
    process = started(way(children.SLEEPS))
    with contextlib.suppress(ValueError), process:
        raise ValueError("on purpose")
    assert not psutil.pid_exists(process.pid)


@pytest.mark.parametrize(
    ("behaviour", "sentence"),
    [
        (children.CRASHES, "The collector process was ended by the signal SIGSEGV."),
        (children.EXITS_WITH_3, "The collector process ended unexpectedly with exit code 3."),
        (children.RAISES, "The collector process ended unexpectedly with exit code 1."),
        (children.LEAVES_SILENTLY, None),
    ],
    ids=["a signal", "an exit code", "an exception", "no fault"],
)
def test_how_a_child_ended_is_told(way: Way, behaviour: children.Behaviour, sentence: str | None) -> None:
    with CollectorProcess(request(), [], way(behaviour)) as process:
        assert [event for event in process.events(TICK_SECONDS) if event is not None] == []
        assert process.exit_sentence() == sentence


@pytest.mark.parametrize(
    ("behaviour", "words"),
    [(children.CRASHES, "the last words"), (children.RAISES, "ValueError: on purpose")],
    ids=["a signal", "an exception"],
)
def test_the_last_words_of_a_crashed_child_are_kept(
    way: Way, behaviour: children.Behaviour, words: str
) -> None:
    process = CollectorProcess(request(), [], way(behaviour))
    with process:
        for _ in process.events(TICK_SECONDS):
            pass
    assert process.error_output()[-1] == words


def test_memory_is_that_of_the_whole_family(way: Way) -> None:
    with started(way(children.GROWS)) as process:
        assert 200 < process.memory_mb() < 400
    assert process.memory_mb() == 0


def test_a_child_sees_nothing_of_the_workers_settings(
    way: Way, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in (
        "DATABASE_URL",
        "MUSTER_SECRET_KEYS",
        "TEMPORAL_API_KEY",
        "PGPASSWORD",
        "AWS_SECRET_ACCESS_KEY",
    ):
        monkeypatch.setenv(name, PASSWORD)
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    seen = tmp_path / "seen"
    with CollectorProcess(request(seen=str(seen)), [], way(children.WRITES_DOWN_ITSELF)) as process:
        for _ in process.events(TICK_SECONDS):
            pass
    environment, argv, folder, descriptors = json.loads(seen.read_text(encoding="utf-8"))
    assert environment["LC_ALL"] == "C.UTF-8"
    allowed = {"PATH", "LANG", "TZ", "SSL_CERT_FILE", "SSL_CERT_DIR"}
    others = {name for name in environment if not name.startswith(("LC_", "PYTHON"))} - allowed
    assert others == set()
    assert PASSWORD not in json.dumps([environment, argv])
    assert folder == str(CHECKOUT)
    # and 3 and 4 are what it has opened to look
    assert descriptors == ["0", "1", "2", "3", "4"]


@pytest.mark.parametrize("way", ["fresh", "forked"])
def test_a_child_leaves_when_its_parent_is_killed(way: str, tmp_path: Path) -> None:
    gone = tmp_path / "gone"
    script = textwrap.dedent(
        f"""
        import time
        from tests.worker import children
        from tests.worker.test_collector_process import TICK_SECONDS, request
        from worker.collector_process import CollectorProcess

        start = children.WAITS_FOR_ITS_PARENT
        if {way!r} == "forked":
            start = start.server().start
        first = CollectorProcess(request(gone={str(gone)!r}), [], start)
        # a later child must not hold the first one's stdin open
        second = CollectorProcess(request(), [], start)
        for process in (first, second):
            next(event for event in process.events(TICK_SECONDS) if event is not None)
        print(second.pid, flush=True)
        time.sleep(600)
        """
    )
    parent = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, cwd=CHECKOUT)
    assert parent.stdout is not None
    second = psutil.Process(int(parent.stdout.readline()))
    parent.kill()
    parent.wait()
    try:
        wait_until(gone.exists, 10)
    finally:
        second.kill()
        parent.stdout.close()


def test_nothing_a_child_says_shows_a_secret(way: Way) -> None:
    process = CollectorProcess(request(), [PASSWORD], way(children.TELLS_SECRETS))
    with process:
        events = [event for event in process.events(TICK_SECONDS) if event is not None]
    assert [type(event) for event in events] == [Progress, LogLine, Diagnostic, LogLine, Failure]
    assert PASSWORD not in repr(events) + repr(process.error_output())
    assert process.error_output() == ["on stderr ********"]


def test_a_request_does_not_show_its_parameters() -> None:
    assert PASSWORD not in repr(request())


@pytest.mark.parametrize(
    ("line", "event"),
    [
        (
            {"event": "progress", "phase": "reading", "done": 3, "total": None, "current": "public.a"},
            Progress("reading", 3, None, "public.a"),
        ),
        (
            {"event": "log", "level": "WARNING", "message": "m", "fields": {"rows": 2, "name": "t"}},
            LogLine("WARNING", "m", {"rows": 2, "name": "t"}),
        ),
        ({"event": "log", "level": "LOUD", "message": "m"}, LogLine("INFO", "m")),
        (
            {"event": "result", "ok": True, "datasets": 2, "columns": 9, "listed": 2, "version": "3.45"},
            Result(ok=True, datasets=2, columns=9, listed=2, version="3.45"),
        ),
        ({"event": "result", "ok": "yes"}, Result(ok=False)),
        (
            {"event": "error", "code": "SOURCE_REFUSED", "message": "No.", "hint": None},
            Failure(RunErrorCode.SOURCE_REFUSED, "No.", None),
        ),
    ],
    ids=["progress", "log", "unknown level", "result", "result of doubt", "error"],
)
def test_an_event_is_understood(line: dict[str, Any], event: object) -> None:
    assert parse_event(json.dumps(line).encode(), Cleaner([])) == event


@pytest.mark.parametrize(
    "line",
    [
        b"a driver's own words",
        b'{"event": "error", "code": "NO_SUCH_CODE", "message": "m"}',
        b'{"event": "unknown"}',
        b'{"event": "progress"}',
        b"[1, 2]",
        b"\xff\xfe",
    ],
)
def test_what_is_no_event_becomes_a_log_line(line: bytes) -> None:
    event = parse_event(line, Cleaner([]))
    assert isinstance(event, LogLine)
    assert event.level == "WARNING"


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("a\x1b[31mb\x00c\rd", "a[31mbcd"),
        ("two\nlines\tkept", "two\nlines\tkept"),
        ("x" * 5000, "x" * 1999 + "…"),
        ("lone \udc80 surrogate", "lone ? surrogate"),
        (f"as it is {PASSWORD}", "as it is ********"),
        ("as in a URL canary-5tgb%2F6yhn", "as in a URL ********"),
        ("pg://u:other@host", "pg://********@host"),
    ],
    ids=[
        "control characters",
        "line feed and tab",
        "long",
        "not text",
        "secret",
        "quoted secret",
        "user info",
    ],
)
def test_text_is_cleaned(text: str, clean: str) -> None:
    assert Cleaner([PASSWORD]).text(text) == clean

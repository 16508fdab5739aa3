"""The parser's process under texts that are made to harm it."""

import os
import sys
import time
from collections.abc import Iterator

import psutil
import pytest

from worker.lineage.child import MEMORY_BYTES
from worker.lineage.process import Parser
from worker.lineage.views import TableName, Unreadable, View

T = TableName("public", "t")
SECONDS = 2.0
# Longer than the parser may take for one text.
ENDLESS = "SELECT " + ", ".join(f"a AS c{number}" for number in range(37_000)) + " FROM public.t"

HOSTILE = {
    "brackets": f"SELECT {'(' * 10_000}a{')' * 10_000} FROM public.t",
    "more brackets": f"SELECT {'(' * 200_000}a FROM public.t",
    "five megabytes": "SELECT "
    + ", ".join(f"a AS c{number}" for number in range(300_000))
    + " FROM public.t",
    "many columns": ENDLESS,
    "nested queries": "SELECT a FROM " + "(SELECT a FROM " * 900 + "public.t" + ") x" * 900,
    "unions": " UNION ALL ".join(["SELECT a FROM public.t"] * 15_000),
    "cases": f"SELECT {'CASE WHEN a THEN 1 ELSE ' * 3000}1{' END' * 3000} FROM public.t",
    "doubling": "WITH c0 AS (SELECT a FROM public.t), "
    + ", ".join(f"c{n} AS (SELECT x.*, y.* FROM c{n - 1} x, c{n - 1} y)" for n in range(1, 40))
    + " SELECT * FROM c39",
    "not Unicode's best": "SELECT '\x01\u202e\ufffe' AS \"\u0000\" FROM",
}


@pytest.fixture(scope="module")
def parser() -> Iterator[Parser]:
    with Parser(seconds_per_text=SECONDS) as made:
        yield made


def view(text: str) -> View:
    return View("postgres", "public", ("a",), text)


def outcome(parser: Parser, text: str) -> str:
    """How far a text is read: "whole", "tables", or why not at all."""
    try:
        parser.tables_of(view(text))
        return "tables" if parser.trace(view(text), {T: ["a"]}).unknown else "whole"
    except Unreadable as error:
        return str(error)


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_text_ends_soon_and_the_next_is_read(text: str, parser: Parser) -> None:
    begun = time.monotonic()
    told = outcome(parser, text)
    assert told == "tables" or told.startswith("The view's text")
    # for two questions, and for a parser that had to be begun anew
    assert time.monotonic() - begun < 60
    assert outcome(parser, "SELECT a FROM public.t") == "whole"


def test_what_takes_too_long_is_ended(parser: Parser) -> None:
    parser.tables_of(view("SELECT 1"))
    with pytest.raises(Unreadable, match="too long"):
        parser.tables_of(view(ENDLESS))


@pytest.mark.parametrize(
    "does",
    [
        "import os; os.abort()",
        "import sys; sys.stdin.readline(); sys.exit(0)",
        "import sys; sys.stdin.readline(); print('no JSON', flush=True); sys.stdin.readline()",
        "import sys; sys.stdin.readline(); sys.stdout.write('x' * (17 << 20))",
        "import sys; sys.stdin.readline(); print('{\"tables\": [1]}', flush=True); sys.stdin.readline()",
    ],
    ids=["dies", "leaves", "babbles", "babbles without end", "says something else"],
)
def test_a_parser_that_breaks_is_said_to(does: str) -> None:
    with Parser((sys.executable, "-c", does)) as broken, pytest.raises(Unreadable, match="more to be parsed"):
        broken.tables_of(view("SELECT 1"))


def test_its_process_is_limited_knows_no_secrets_and_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://u:canary-77@db/muster")
    before = {process.pid for process in psutil.Process().children()}
    with Parser() as made:
        made.tables_of(view("SELECT 1"))
        [child] = [process for process in psutil.Process().children() if process.pid not in before]
        assert child.rlimit(psutil.RLIMIT_DATA)[0] == MEMORY_BYTES
        assert child.rlimit(psutil.RLIMIT_FSIZE) == (0, 0)
        assert "canary-77" not in str(child.environ())
        assert os.getsid(child.pid) == child.pid
        assert not [each for each in child.net_connections() if each.status == "ESTABLISHED"]
    assert not child.is_running()

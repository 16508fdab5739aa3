"""Named SQL: every statement lives in sql/queries/<aggregate>.sql under a `-- name: <name>` line.

Statements are constant text with `%(name)s` parameters; nothing is ever built from strings.
"""

import re
from functools import cache
from pathlib import Path
from typing import LiteralString

_NAME_LINE = re.compile(r"^--\s*name:\s*([a-z_0-9]+)\s*$", re.MULTILINE)
QUERIES_DIR = Path(__file__).resolve().parents[3] / "sql" / "queries"


@cache
def load_queries(aggregate: str) -> dict[str, str]:
    """All statements of one aggregate's file, by name. Raises ValueError when a name stands twice."""
    text = (QUERIES_DIR / f"{aggregate}.sql").read_text(encoding="utf-8")
    parts = _NAME_LINE.split(text)[1:]
    queries: dict[str, str] = {}
    for name, body in zip(parts[::2], parts[1::2], strict=True):
        if name in queries:
            raise ValueError(f"sql/queries/{aggregate}.sql names {name} twice")
        queries[name] = body.strip().rstrip(";")
    return queries


def query(aggregate: str, name: str) -> LiteralString:
    """One statement by name. Raises KeyError when the file has none of that name."""
    # The text comes from the repository's own files, so it is as literal as a string in the code.
    return load_queries(aggregate)[name]

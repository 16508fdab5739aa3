"""Random GraphQL requests, made by Schemathesis from the schema that the server itself shows."""

import json
import re
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any
from zlib import crc32

import graphql
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.generation.feedback import FeedbackSources
from schemathesis.graphql import nodes

from app.core.errors import AppError
from tests.acceptance.api import Api
from tests.security.hostile_texts import HOSTILE

# How many requests of an operation are made in a row: such as fit the schema, and such as do not.
EXAMPLES = {GenerationMode.POSITIVE: 5, GenerationMode.NEGATIVE: 1}
TIMEOUT_SECONDS = 60
# Nobody listens on this port: a test of such a source fails at once.
CLOSED_PORT = 1
KEPT_FINDINGS = 20
KEPT_IDS = 30
UNKNOWN = "00000000-0000-4000-8000-000000000000"
UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
EVERY_ID = """{ endpoints { id collections { id } runs { id } }
    catalogDatasetConnection { nodes { id } } catalogChanges { nodes { id } } apiTokens { id } }"""
DATA = "data"
EXPECTED = {DATA, *(error.code for error in AppError.__subclasses__())} - {"E_INTERNAL"}


@dataclass
class Report:
    """What was asked and what came back. `findings`: what should not have been, each with its request."""

    seed: int
    codes: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    findings: dict[tuple[str, str], str] = field(default_factory=dict)
    slowest_seconds: float = 0.0

    @property
    def requests(self) -> int:
        return sum(counter.total() for counter in self.codes.values())

    def table(self) -> str:
        """A line for each operation: how often it was asked for, and what came back how often."""
        lines = [
            f"{operation:<40}{counter.total():>7}  "
            + ", ".join(f"{code} {number}" for code, number in counter.most_common())
            for operation, counter in sorted(self.codes.items())
        ]
        total: Counter[str] = sum(self.codes.values(), Counter())
        summary = ", ".join(f"{code} {number}" for code, number in total.most_common())
        lines.append(f"{len(self.codes)} operations, {self.requests} requests: {summary}")
        lines.append(
            f"slowest answer {self.slowest_seconds:.2f} s, seed {self.seed}, findings: {len(self.findings)}"
        )
        return "\n".join(lines)


class Fuzzer:
    """Asks the server of `api` for every operation, again and again, and judges the answers.

    `database` is a SQLite file: the first source, and one that requests may register. Later requests use the
    ids that answers tell, to meet what is there; but for these, the same seed makes the same requests.
    """

    def __init__(self, api: Api, database: Path, first_seed: int) -> None:
        self.report = Report(first_seed)
        self._url = api.url
        self._session = requests.Session()
        self._session.headers["Authorization"] = f"Bearer {api.token}"
        self._ids = [UNKNOWN]
        for name, values in _scalars(database, self._ids).items():
            schemathesis.graphql.scalar(name, values)
        schema: Any = schemathesis.graphql.from_url(
            f"{api.url}/graphql", headers={"Authorization": f"Bearer {api.token}"}
        )
        api.first_run_finished(api.register("Fuzz", "sqlite", {"path": str(database)})["id"])
        self._pool = schema.create_extra_data_source()
        [asked] = graphql.parse(EVERY_ID).definitions
        told = api.raw(EVERY_ID)
        self._pool.capture(operation_node=asked, response_data=told["data"])
        self._learn(json.dumps(told))
        self._operations = [result.ok() for result in schema.get_all_operations()]

    def run(self, seconds: float, rounds: int | None = None) -> Report:
        """Go on for `seconds`, or until every operation has had its turn `rounds` times."""
        deadline = time.monotonic() + seconds
        for turn in count() if rounds is None else range(rounds):
            for number, operation in enumerate(self._operations):
                for mode in EXAMPLES:
                    if time.monotonic() > deadline:
                        return self.report
                    self._try(operation, mode, crc32(f"{self.report.seed} {turn} {number} {mode}".encode()))
            self._check_health()
        return self.report

    def _try(self, operation: Any, mode: GenerationMode, seed_of_turn: int) -> None:
        cases = operation.as_strategy(
            generation_mode=mode, feedback=FeedbackSources(extra_data_source=self._pool)
        )

        @seed(seed_of_turn)
        @settings(
            max_examples=EXAMPLES[mode],
            database=None,
            deadline=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=cases)
        def ask(case: Any) -> None:
            begin = time.monotonic()
            response = case.call(session=self._session, timeout=TIMEOUT_SECONDS)
            self.report.slowest_seconds = max(self.report.slowest_seconds, time.monotonic() - begin)
            self._pool.record_response(operation=operation, response=response, case=case)
            self._learn(response.text)
            self._judge(operation.label, case.body, response.status_code, response.content)

        ask()

    def _learn(self, answer: str) -> None:
        """Keep the answer's ids, of whatever kind; Schemathesis's pool gives those of the right kind, but to
        operations that end something it gives none."""
        self._ids[:] = list(dict.fromkeys([*self._ids, *UUID.findall(answer)]))[-KEPT_IDS:]

    def _judge(self, label: str, body: str, status: int, content: bytes) -> None:
        outcomes = list(_outcomes(status, content))
        self.report.codes[label][outcomes[0]] += 1
        for outcome in outcomes:
            if outcome not in EXPECTED and len(self.report.findings) < KEPT_FINDINGS:
                self.report.findings.setdefault((label, outcome), f"{body}\n→ {content[:1000]!r}")

    def _check_health(self) -> None:
        answer = requests.post(
            f"{self._url}/graphql", json={"query": "{ health { status } }"}, timeout=TIMEOUT_SECONDS
        )
        if answer.json() != {"data": {"health": {"status": "ok"}}}:
            self.report.findings[("health", "not ok")] = answer.text


def _outcomes(status: int, content: bytes) -> Iterator[str]:
    """DATA, or the codes of the errors; else what is wrong with the answer's shape."""
    if status >= 500:
        yield f"HTTP {status}"
        return
    try:
        answer = json.loads(content)
    except ValueError:
        answer = None
    if not isinstance(answer, dict) or not {"data"} <= set(answer) <= {"data", "errors"}:
        yield "no GraphQL answer"
    elif "errors" not in answer:
        yield DATA
    else:
        for error in answer["errors"] or [{}]:
            yield str(error.get("extensions", {}).get("code", "error without a code"))


def _scalars(database: Path, ids: list[str]) -> dict[str, st.SearchStrategy[graphql.ValueNode]]:
    """Values that get past the first check often enough. `ids` may change meanwhile."""
    # half a character cannot be written in a GraphQL document
    writable = [text for text in HOSTILE.values() if text.encode("utf-8", "ignore").decode() == text]
    texts = st.text(max_size=20) | st.sampled_from(writable)
    known = st.integers(0, KEPT_IDS - 1).map(lambda number: ids[number % len(ids)])
    words = st.sampled_from(
        ["metadata", "@daily", "*/5 1-3 * * MON", "UTC", "Europe/Berlin", "https://example.com", "main"]
    )
    return {
        "ID": st.one_of(known, known, st.uuids().map(str), texts).map(nodes.String),
        "String": st.one_of(words, words, texts).map(nodes.String),
        "Int": st.one_of(st.integers(1, 5), st.integers(-(2**31), 2**31 - 1)).map(nodes.Int),
        "JSON": _json_values(database, texts).map(_literal).map(graphql.parse_value),
    }


def _json_values(database: Path, texts: st.SearchStrategy[str]) -> st.SearchStrategy[object]:
    """Configurations that are nearly right, run filters, and any JSON at all."""
    parameters = st.fixed_dictionaries(
        {},
        optional={
            "host": st.sampled_from(["127.0.0.1", "::1", "no host", "169.254.169.254", "/tmp"]) | texts,
            "port": st.just(CLOSED_PORT) | st.integers(),
            "username": texts,
            "password": texts | st.just("********"),
            "database": texts,
            "schemas": st.lists(texts, max_size=3),
            "ssl_mode": st.sampled_from(["disable", "verify-full", "?"]),
        },
    )
    files = st.fixed_dictionaries({"path": st.just(str(database)) | texts})
    templates = st.sampled_from(["postgres", "mysql", "sqlite", ""])
    configurations = st.one_of(
        st.fixed_dictionaries({"templateId": templates, "parameters": parameters}),
        st.fixed_dictionaries({"templateId": st.just("sqlite"), "parameters": files}),
    )
    filters = st.fixed_dictionaries({"schemas": st.lists(texts, min_size=1, max_size=3)})
    plain = (
        st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | texts
    )
    names = st.from_regex(r"[A-Za-z_]{1,8}", fullmatch=True)
    anything = st.recursive(
        plain, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=3)
    )
    return st.one_of(configurations, parameters, files, filters, anything)


def _literal(value: object) -> str:
    """`value` as it is written into a GraphQL document."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{name}: {_literal(item)}" for name, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_literal, value)) + "]"
    return json.dumps(value)

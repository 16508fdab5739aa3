"""Secrets are planted everywhere, everything goes wrong, and then none of them is anywhere."""

import asyncio
import logging
import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest
import requests
from temporalio.client import Client

from app.cli.embedded_postgres import ROLES, EmbeddedPostgres
from app.core.config import DataFiles
from tests.acceptance.api import Api, until
from tests.security.attacks import REGISTER, Attacks, MySqlSource, Plants, PostgresSource
from tests.security.browser import Browser
from tests.security.canaries import Hit, Search, Secret, canary, given
from tests.security.conftest import Referred
from tests.security.places import (
    Piece,
    Sampler,
    database_tables,
    files_below,
    sqlite_tables,
    temporal_contents,
)
from tests.security.recording import RecordingApi
from tests.sources import MariaDbServer, PostgresServer
from tests.stack import RunningStack, quiet

CREATE_TOKEN = 'mutation { createApiToken(name: "c", role: ADMIN) { token apiToken { id } } }'
SCHEDULE = 'mutation($id: ID!) { updateCollection(id: $id, input: {scheduleCron: "@daily"}) { id } }'
BAD_REQUESTS = (
    "password in a list",
    "password in an object",
    "password with NUL",
    "password too long",
    "bad port beside",
    "variable of another type",
    "unknown field",
    "password of no input",
    "syntax error",
    "colon forgotten",
    "unclosed string",
    "extra member",
)
OUTCOMES = {
    **{f"an address of {scheme}": "kept" for scheme in ("https", "postgresql", "s3")},
    **{f"{name}: first run": "SUCCEEDED" for name in ("shop", "mall", "depot", "stock")},
    **{
        f"{name}: register, {fault}": "refused"
        for name in ("shop", "stock")
        for fault in (
            "wrong password",
            "unknown host",
            "closed port",
            "silent server",
            "TLS",
            "no such database",
        )
    },
    **{
        f"{name}: {verb}, {fault}": "refused"
        for name in ("shop", "stock")
        for verb in ("test", "update")
        for fault in ("wrong password", "closed port")
    },
    **{f"{name}: password changed": "FAILED SOURCE_AUTH_FAILED" for name in ("shop", "stock")},
    **{f"{name}: port closed": "FAILED SOURCE_REFUSED" for name in ("shop", "stock")},
    "shop: password quoted": "FAILED SOURCE_ERROR",
    "mall: canceled": "CANCELED",
    "mall: collector killed": "SUCCEEDED",
    "mall: password quoted": "FAILED SOURCE_ERROR",
    "depot: worker killed": "SUCCEEDED",
    **dict.fromkeys(BAD_REQUESTS, "200 E_BAD_INPUT"),
    "huge password": "413 E_LIMIT",
    "not JSON": "400 E_BAD_INPUT",
    "another type": "415 E_BAD_INPUT",
    "query string": "400 E_BAD_INPUT",
}
PLACES = {
    "API answers",
    "command lines",
    "environments",
    "files",
    "tables",
    "Temporal's API",
    "Temporal's database file",
    "Temporal's tables",
    "logs and output",
    "data folder",
    "temporary folder",
    "test output",
}


@dataclass(frozen=True)
class Attacked:
    """What was planted, what came of the attacks, and what was seen meanwhile."""

    secrets: list[Secret]
    outcomes: dict[str, str]
    sampler: Sampler
    records: list[str]


@dataclass(frozen=True)
class Sources:
    """Two whose passwords Muster stores, and two whose passwords it is given by reference."""

    shop: PostgresSource
    stock: MySqlSource
    mall: PostgresSource
    depot: PostgresSource

    @property
    def all(self) -> tuple[PostgresSource | MySqlSource, ...]:
        return (self.shop, self.stock, self.mall, self.depot)


@pytest.fixture(scope="module")
def plants(referred: Referred) -> Plants:
    return Plants([referred.variable, referred.file])


@pytest.fixture(scope="module")
def sources(
    source: PostgresServer, mariadb: MariaDbServer, plants: Plants, referred: Referred
) -> Iterator[Sources]:
    sources = Sources(
        PostgresSource(source, "shop", plants.new("shop: stored password")),
        MySqlSource(mariadb, "stock", plants.new("stock: stored password")),
        PostgresSource(source, "mall", referred.file.value, referred.file_reference),
        PostgresSource(source, "depot", referred.variable.value, referred.variable_reference),
    )
    yield sources
    for each in sources.all:
        each.proxy.close()


@pytest.fixture(scope="module")
def attacked(
    stack: RunningStack, api: RecordingApi, plants: Plants, sources: Sources, temporary_folder: Path
) -> Attacked:
    records = Records()
    attacks = Attacks(api, stack, plants)
    sampler = Sampler(stack.processes, [stack.data_dir / "staging", temporary_folder])
    logging.getLogger().addHandler(records)
    try:
        with sampler:
            attack(attacks, api, sources)
            ask_for_everything(api)
    finally:
        logging.getLogger().removeHandler(records)
    secrets = [*plants.secrets, *use_credentials(stack, api), *made_by(stack)]
    return Attacked(secrets, attacks.outcomes, sampler, records.lines)


def attack(attacks: Attacks, api: RecordingApi, sources: Sources) -> None:
    """All attacks, side by side: the killed worker's run is given to another after 30 s only."""
    shop, stock, mall, depot = sources.shop, sources.stock, sources.mall, sources.depot
    with ThreadPoolExecutor(6) as pool:
        stored = dict(zip(sources.all, pool.map(attacks.register, sources.all), strict=True))
        killed = attacks.kill_worker(depot, stored[depot])
        api.ask(SCHEDULE, id=stored[mall]["collection"])
        under_way = [
            pool.submit(attacks.refusals, shop, stored[shop]),
            pool.submit(attacks.refusals, stock, stored[stock]),
            pool.submit(attacks.failing_runs, shop, stored[shop]),
            pool.submit(attacks.failing_runs, stock, stored[stock]),
            pool.submit(attacks.stopped_runs, mall, stored[mall]),
            pool.submit(attacks.register_addresses),
        ]
        attacks.bad_requests()
        for each in under_way:
            each.result()
        attacks.worker_killed(depot, killed)


def ask_for_everything(api: RecordingApi) -> None:
    """Whatever the API tells of endpoints, runs and the catalog, and the pages beside it."""
    for query in (
        """{ endpoints(first: 200) { id name url config description labels
               lastTest { ok diagnostics { level code message hint field } } } }""",
        """{ collectionRuns(first: 200) { id status error errorCode skipReason filters progress { current }
               logs { message fields } } }""",
        """{ catalogDatasetConnection(first: 200) { nodes { displayName description definition
               fields { name type defaultValue description } indexes { name } } } }""",
        "{ catalogChanges(first: 200) { nodes { kind field before after } } }",
        "{ apiTokens { id name role } }",
        "{ auditEvents(first: 200) { nodes { actor action objectName address errorCode before after } } }",
        "{ collections(first: 200) { id scheduleState scheduleError temporalScheduleId } }",
    ):
        assert "errors" not in api.raw(query)
    for path in ("/", "/healthz", "/readyz", "/metrics"):
        api.get(path)


def use_credentials(stack: RunningStack, api: RecordingApi) -> list[Secret]:
    """Every kind of credential that Muster gives out, used: only the answer that gives it may hold it."""
    token = Api(stack.url, stack.token).ask(CREATE_TOKEN)["token"]
    RecordingApi(stack.url, token, api.answers).ask("{ viewer { name } }")
    browser = Browser(stack.url, token)
    api.keep(browser.request("POST", "/graphql", json={"query": "{ viewer { name } }"}))
    link = requests.post(f"{stack.url}/auth/link", headers={"Authorization": f"Bearer {token}"}, timeout=10)
    path = link.json()["url"].removeprefix(stack.url)
    api.keep(requests.get(stack.url + path, timeout=10, allow_redirects=False))
    return [
        given("API token", token),
        given("session", browser.cookie),
        given("CSRF token", browser.csrf_token),
        given("sign-in link", path.rpartition("/")[2]),
    ]


def made_by(stack: RunningStack) -> list[Secret]:
    """The secrets that Muster has for itself."""
    postgres = EmbeddedPostgres(stack.data_dir / "postgres", quiet)
    keys = DataFiles(stack.data_dir).secret_keys.read_text(encoding="utf-8").strip().split(",")
    return [
        given("admin token", stack.token),
        *(given(f"key {number}", key) for number, key in enumerate(keys)),
        *(given(f"password of {role}", postgres.password(role)) for role in ROLES),
    ]


def contents(stack: RunningStack, temporary_folder: Path) -> Iterator[tuple[str, Piece]]:
    """All that the stack has now, by kind of place."""
    files, data = DataFiles(stack.data_dir), stack.data_dir
    temporal = data / "temporal"
    kept_secret = [files.admin_token, files.secret_keys, data / "postgres" / "pgpass"]
    logs = [*files_below(data / "logs"), (str(stack.output_file), stack.output().encode())]
    yield from (("logs and output", piece) for piece in logs)
    others = [*kept_secret, *temporal.rglob("*"), *(data / "logs").rglob("*")]
    yield from (("data folder", piece) for piece in files_below(data, without=others))
    yield from (("temporary folder", piece) for piece in files_below(temporary_folder))
    yield from (("tables", piece) for piece in database_tables(stack.database_url))
    yield from (("Temporal's API", piece) for piece in temporal_contents(stack.temporal_address))
    yield from (("Temporal's database file", piece) for piece in files_below(temporal))
    yield from (("Temporal's tables", piece) for piece in sqlite_tables(temporal / "temporal.db"))


def search_everything(
    search: Search, stack: RunningStack, temporary_folder: Path, api: RecordingApi, sampler: Sampler
) -> None:
    for place, (where, data) in contents(stack, temporary_folder):
        search.look(place, where, data)
    for number, answer in enumerate(api.answers):
        search.look("API answers", f"answer {number}", answer)
    for place, pieces in sampler.pieces.items():
        for where, data in pieces:
            search.look(place, where, data)


def test_every_attack_had_its_outcome(attacked: Attacked) -> None:
    assert attacked.outcomes == OUTCOMES


def test_no_secret_is_anywhere(
    attacked: Attacked,
    stack: RunningStack,
    api: RecordingApi,
    temporary_folder: Path,
) -> None:
    search = Search(attacked.secrets)
    search_everything(search, stack, temporary_folder, api, attacked.sampler)
    # what a test that fails would show of these
    search.look("test output", "values", repr((attacked, api, stack, *attacked.records)).encode())
    print(f"\n{search.table()}")
    # who starts Muster gave it the variable; the processes that read sources must not have it
    assert [hit for hit in search.hits if not is_given(hit)] == []
    # that nothing is left in the temporary folder is as it should be
    assert {place for place, size in search.bytes.items() if size} >= PLACES - {"temporary folder"}
    assert attacked.sampler.samples > 100
    commands = [where for where, _ in attacked.sampler.pieces["command lines"]]
    assert any("worker.collector" in command for command in commands)


def test_the_search_finds_what_is_planted(
    stack: RunningStack, api: RecordingApi, temporary_folder: Path, tmp_path: Path
) -> None:
    planted = canary("planted")
    teller = RecordingApi(stack.url, stack.token)
    files = [stack.data_dir / "logs" / "planted", temporary_folder / "planted", tmp_path / "planted"]
    with running_child(planted.value) as child, Sampler(lambda: [child], [tmp_path]) as sampler:
        made = teller.ask(REGISTER, i={"name": planted.value, "url": "https://example.com"})
        teller.ask("{ endpoints { name } }")
        asyncio.run(start_workflow(stack.temporal_address, planted.value))
        for file in files:
            file.write_text(planted.value)
        until(lambda: sampler.is_filled, 10, "the sampler to see it all")
    search = Search([planted])
    search_everything(search, stack, temporary_folder, teller, sampler)
    search.look("test output", "values", repr(planted.value).encode())
    teller.ask("mutation($id: ID!) { deleteEndpoint(id: $id) }", id=made["id"])
    for file in files:
        file.unlink()
    assert {hit.place for hit in search.hits} == PLACES


def is_given(hit: Hit) -> bool:
    return (hit.place, hit.secret) == (
        "environments",
        "env: reference",
    ) and "worker.collector" not in hit.where


@contextmanager
def running_child(value: str) -> Iterator[psutil.Process]:
    """A process that has `value` on its command line and in its environment."""
    command = [sys.executable, "-c", "import sys; sys.stdin.read()", value]
    with subprocess.Popen(command, env={**os.environ, "PLANTED": value}, stdin=subprocess.PIPE) as child:
        yield psutil.Process(child.pid)


async def start_workflow(address: str, value: str) -> None:
    """A workflow that nobody executes, with `value` as its input."""
    client = await Client.connect(address)
    handle = await client.start_workflow("Planted", value, id="planted", task_queue="planted")
    await handle.terminate()


class Records(logging.Handler):
    """Keeps what this process logs."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))

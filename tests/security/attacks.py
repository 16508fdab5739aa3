"""Everything that can go wrong with a source or a request, each time with a secret that must not come out."""

import json
import os
import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

import requests
from psycopg import sql

from tests.acceptance.api import GraphQLError, until
from tests.proxy import Proxy
from tests.security.canaries import Secret, canary
from tests.security.recording import RecordingApi
from tests.sources import MariaDbServer, PostgresServer, free_port, silent_server
from tests.stack import RunningStack, collectors

REGISTER = "mutation($i: EndpointInput!) { registerEndpoint(input: $i) { id url config collections { id } } }"
UPDATE = "mutation($id: ID!, $p: EndpointPatch!) { updateEndpoint(id: $id, patch: $p) { id url config } }"
TEST = """mutation($i: TestEndpointInput!) {
    testEndpoint(input: $i) { ok diagnostics { level code message hint field } } }"""
TABLES = "CREATE TABLE orders (id int PRIMARY KEY); CREATE TABLE customers (id int PRIMARY KEY);"
FAULTS = ("wrong password", "unknown host", "closed port", "silent server", "TLS", "no such database")

# A source that quotes the password whenever somebody signs in.
ECHO = """
    CREATE FUNCTION refuse() RETURNS event_trigger LANGUAGE plpgsql AS $f$ BEGIN
        IF session_user = {role} THEN RAISE EXCEPTION 'not with %', {told}; END IF;
    END $f$;
    CREATE EVENT TRIGGER refuse ON login EXECUTE FUNCTION refuse();
"""
# A source that has written the password into its catalog.
TELL = """
    COMMENT ON TABLE orders IS {told};
    CREATE TABLE told (hint text DEFAULT {told});
    CREATE VIEW shown AS SELECT {told} AS said;
    GRANT SELECT ON ALL TABLES IN SCHEMA public TO {role};
"""


@dataclass
class Plants:
    """The secrets planted so far."""

    secrets: list[Secret] = field(default_factory=list)

    def new(self, name: str) -> str:
        """The value of a new canary."""
        self.secrets.append(canary(name))
        return self.secrets[-1].value

    def address(self, scheme: str, name: str) -> str:
        """A URL with one canary as its password and one in its query."""
        user_info, query = self.new(f"{name}: user info"), self.new(f"{name}: query")
        return f"{scheme}://user:{user_info}@db.example.com/d?a=1&password={quote(query, safe='')}"


class PostgresSource:
    """A database with a role of its own, behind a proxy. `given`: a reference to its password, for Muster."""

    template = "postgres"

    def __init__(self, server: PostgresServer, name: str, password: str, given: str | None = None) -> None:
        self.name, self._server = name, server
        self.password = password
        self.proxy = Proxy((server.host, server.port))
        server.create_database(name, TABLES)
        self._run("CREATE ROLE {role} LOGIN PASSWORD {told}")
        self._run(TELL)
        self.parameters = server.parameters(name, port=self.proxy.port, username=name, password=self.password)

    def change_password(self, password: str) -> None:
        self._run("ALTER ROLE {role} PASSWORD {told}", told=password)

    def echo_password(self) -> None:
        """From now on the server's refusal quotes the password."""
        with self._server.connect(self.name) as connection:
            script = sql.SQL(ECHO).format(role=sql.Literal(self.name), told=sql.Literal(self.password))
            connection.execute(script)

    def sessions(self) -> int:
        """How many sessions its role has."""
        with self._server.connect() as connection:
            query = "SELECT count(*) FROM pg_stat_activity WHERE usename = %s"
            (row,) = connection.execute(query, [self.name]).fetchall()
        return int(row[0])

    @contextmanager
    def held_up(self) -> Iterator[None]:
        """While this lasts, whoever reads the catalog waits."""
        with self._server.connect(self.name) as connection, connection.transaction():
            connection.execute("LOCK TABLE pg_catalog.pg_description IN ACCESS EXCLUSIVE MODE")
            yield

    def _run(self, script: str, told: str | None = None) -> None:
        words = {"role": sql.Identifier(self.name), "told": sql.Literal(told or self.password)}
        with self._server.connect(self.name) as connection:
            connection.execute(sql.SQL(script).format(**words))


class MySqlSource:
    """The same on MariaDB."""

    template = "mysql"

    def __init__(self, server: MariaDbServer, name: str, password: str) -> None:
        self.name, self._server = name, server
        self.password = password
        self.proxy = Proxy((server.host, server.port))
        server.create_database(name)
        self._run(f"CREATE TABLE {name}.stock (sku VARCHAR(20) COMMENT %s) COMMENT %s", 2 * [self.password])
        self._run(f"CREATE USER {name}@'%%' IDENTIFIED BY %s", [self.password])
        self._run(f"GRANT SELECT ON {name}.* TO {name}@'%%'", [])
        self.parameters = server.parameters(name, port=self.proxy.port, username=name, password=self.password)

    def change_password(self, password: str) -> None:
        self._run(f"ALTER USER {self.name}@'%%' IDENTIFIED BY %s", [password])

    def _run(self, statement: str, values: list[str]) -> None:
        with closing(self._server.connect()) as connection, connection.cursor() as cursor:
            cursor.execute(statement, values)


Source = PostgresSource | MySqlSource


class Attacks:
    """Makes it all happen to one Muster. `outcomes` says what came of each attack, by its name."""

    def __init__(self, api: RecordingApi, stack: RunningStack, plants: Plants) -> None:
        self.outcomes: dict[str, str] = {}
        self._api, self._stack, self._plants = api, stack, plants

    def register(self, source: Source) -> dict[str, str]:
        """A source that is as it should be; ids of endpoint and collection, after a first good run."""
        made = self._api.ask(REGISTER, i=self._input(source.name, source.template, source.parameters))
        self._note(f"{source.name}: first run", self._api.first_run_finished(made["id"]))
        return {"id": made["id"], "collection": made["collections"][0]["id"]}

    def register_addresses(self) -> None:
        """Endpoints whose only secrets stand in their addresses."""
        for scheme in ("https", "postgresql", "s3"):
            name = f"an address of {scheme}"
            made = self._api.ask(REGISTER, i={"name": name, "url": self._plants.address(scheme, name)})
            patch = {"url": self._plants.address(scheme, f"{name}, changed")}
            self._api.ask(UPDATE, id=made["id"], p=patch)
            self.outcomes[name] = "kept"

    def refusals(self, source: Source, stored: dict[str, str]) -> None:
        """What a connection test refuses, at registering, testing and updating."""
        with ThreadPoolExecutor(4) as pool, silent_server() as silent:
            faults: dict[str, dict[str, Any]] = {
                "wrong password": {},
                "unknown host": {"host": "no-such-host.invalid"},
                "closed port": {"port": free_port()},
                "silent server": {"port": silent.port},
                "TLS": {"ssl_mode": "verify-full"},
                "no such database": {"database": "gone"},
            }
            tried = [("register", fault) for fault in FAULTS]
            tried += [
                (verb, fault) for verb in ("test", "update") for fault in ("wrong password", "closed port")
            ]
            refused = [
                pool.submit(self._refused, verb, source, fault, faults[fault], stored)
                for verb, fault in tried
            ]
            for each in refused:
                each.result()

    def failing_runs(self, source: Source, stored: dict[str, str]) -> None:
        """Runs of a registered source that fail one after another."""
        source.change_password(self._plants.new(f"{source.name}: another password"))
        self._run(f"{source.name}: password changed", stored)
        source.change_password(source.password)
        if isinstance(source, PostgresSource):
            source.echo_password()
            self._run(f"{source.name}: password quoted", stored)
        source.proxy.close()
        self._run(f"{source.name}: port closed", stored)

    def stopped_runs(self, source: PostgresSource, stored: dict[str, str]) -> None:
        """A run that is cancelled, one whose collector is killed, and one that hears the password."""
        with source.held_up():
            run_id = self._begin(source, stored)
            self._api.ask("mutation($id: ID!) { cancelCollectionRun(id: $id) { id } }", id=run_id)
            self._note(f"{source.name}: canceled", self._api.finished(run_id))
        with source.held_up():
            run_id = self._begin(source, stored)
            for collector in collectors(self._stack.pid("worker")):
                collector.kill()
        self._note(f"{source.name}: collector killed", self._api.finished(run_id))
        source.echo_password()
        self._run(f"{source.name}: password quoted", stored)

    def kill_worker(self, source: PostgresSource, stored: dict[str, str]) -> str:
        """SIGKILL to the worker in the middle of a run; the run, which another worker will finish."""
        killed = self._stack.pid("worker")
        with source.held_up():
            run_id = self._begin(source, stored)
            os.kill(killed, signal.SIGKILL)
            until(lambda: source.sessions() == 0, 20, "the dead worker's collector to leave")
        until(lambda: self._stack.pid("worker") != killed, 20, "another worker")
        return run_id

    def worker_killed(self, source: PostgresSource, run_id: str) -> None:
        """The end of the run that kill_worker began."""
        self._note(f"{source.name}: worker killed", self._api.finished(run_id, 90))

    def bad_requests(self) -> None:
        """Requests that are refused, and must not be told in their own words what was secret in them."""
        for name, body in bad_bodies(self._plants):
            self._answered(name, self._api.post(body))
        told = self._plants.new("body of another type")
        self._answered("another type", self._api.post(told, "text/plain"))
        told = quote(self._plants.new("token in the query string"), safe="")
        self._answered("query string", self._api.get(f"/graphql?access_token={told}"))

    def _refused(
        self, verb: str, source: Source, fault: str, change: dict[str, Any], stored: dict[str, str]
    ) -> None:
        name = f"{source.name}: {verb}, {fault}"
        parameters = {**source.parameters, "password": self._plants.new(name), **change}
        given = self._input(name, source.template, parameters)
        try:
            if verb == "register":
                self._api.ask(REGISTER, i=given)
            elif verb == "update":
                self._api.ask(UPDATE, id=stored["id"], p=given)
            else:
                test = {"templateId": source.template, "parameters": parameters}
                self.outcomes[name] = "passed" if self._api.ask(TEST, i=test)["ok"] else "refused"
                return
            self.outcomes[name] = "passed"
        except GraphQLError as error:
            self.outcomes[name] = "refused" if error.code == "E_CONN_TEST_FAILED" else error.code

    def _begin(self, source: PostgresSource, stored: dict[str, str]) -> str:
        run_id = self._api.trigger(stored["collection"])
        until(lambda: source.sessions() == 1, 30, "the collector to read the source")
        return run_id

    def _run(self, name: str, stored: dict[str, str]) -> None:
        self._note(name, self._api.finished(self._api.trigger(stored["collection"]), 90))

    def _answered(self, name: str, response: requests.Response) -> None:
        [error] = response.json()["errors"]
        self.outcomes[name] = f"{response.status_code} {error['extensions']['code']}"

    def _note(self, name: str, run: dict[str, Any]) -> None:
        self.outcomes[name] = " ".join(filter(None, [run["status"], run["errorCode"]]))

    def _input(self, name: str, template: str, parameters: dict[str, Any]) -> dict[str, Any]:
        return {
            "name": name,
            "url": self._plants.address(template, f"{name}: url"),
            "config": {"templateId": template, "parameters": parameters},
        }


def bad_bodies(plants: Plants) -> Iterator[tuple[str, str]]:
    """Bodies of requests in which a declared secret stands, and something is wrong."""

    def values(name: str, query: str = REGISTER, **parameters: Any) -> tuple[str, str]:
        config = {"templateId": "postgres", "parameters": {"host": "h", "username": "u", **parameters}}
        return name, json.dumps({"query": query, "variables": {"i": {"name": "x", "config": config}}})

    yield values("password in a list", password=[plants.new("password in a list")])
    yield values("password in an object", password={"x": plants.new("password in an object")})
    yield values("password with NUL", password=plants.new("password with NUL") + "\0")
    yield values("password too long", password=plants.new("password too long") + "x" * 2000)
    yield values("huge password", password=plants.new("huge password") + "x" * 300_000)
    yield values("bad port beside", port="x", password=plants.new("bad port beside"))
    yield values(
        "variable of another type",
        "mutation($i: JSON!) { testEndpoint(input: $i) { ok } }",
        password=plants.new("variable of another type"),
    )
    for name, given in {
        "unknown field": '{{name: "x", nope: 1, config: {{parameters: {{password: {0}}}}}}}',
        "password of no input": '{{name: "x", password: {0}}}',
        "syntax error": "{{name: password {0}",
        "colon forgotten": "{{password {0}}}",
        "unclosed string": "{{password: {0}",
    }.items():
        literal = json.dumps(plants.new(f"document, {name}"), ensure_ascii=False)
        literal = literal[:-1] if name == "unclosed string" else literal
        yield (
            name,
            json.dumps(
                {"query": f"mutation {{ registerEndpoint(input: {given.format(literal)}) {{ id }} }}"}
            ),
        )
    yield "not JSON", '{"query": "{ health }", "password": ' + plants.new("not JSON")
    yield "extra member", json.dumps({"query": "{ healt }", "password": plants.new("extra member")})

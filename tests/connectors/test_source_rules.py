"""What a source may be: where connections may go to, and which files of the worker's machine they touch."""

import errno
import socket
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from app.core.domain.leaks import LeakGate
from app.core.domain.networks import NetworkRules
from tests.connectors.collecting import Collected, run
from tests.sources import PostgresServer, sqlite_file
from worker.connectors.postgres import PostgresConnector
from worker.sources import Source, SourceError

LOOPBACK_DENIED = {"allowed": [], "denied": ["127.0.0.0/8"]}
TEMPLATES = ("postgres", "mysql")


def _test(template_id: str, parameters: dict[str, Any], staging: Path, **changes: Any) -> Collected:
    return run(template_id, parameters, staging, mode="test", **changes)


@contextmanager
def listener() -> Iterator[socket.socket]:
    """A port on every address of this machine; `assert_untouched` tells whether anybody came."""
    with closing(socket.create_server(("", 0))) as server:
        server.setblocking(False)
        yield server


def assert_untouched(server: socket.socket) -> None:
    with pytest.raises(BlockingIOError) as nobody:
        server.accept()
    assert nobody.value.errno == errno.EAGAIN


class TestNetworks:
    @pytest.mark.parametrize("template_id", TEMPLATES)
    @pytest.mark.parametrize(
        "host",
        [
            "127.0.0.1",
            "localhost",
            "127.1",
            "2130706433",
            "0x7f000001",
            "0177.0.0.1",
            "127.0.0.1.",
            "0.0.0.0",  # noqa: S104 - to connect to, not to listen on
            "0",
            "::ffff:127.0.0.1",
            "::ffff:0:0",
            "１２７.0.0.1",
        ],
    )
    def test_nothing_is_connected_to_in_a_denied_network(
        self, host: str, template_id: str, tmp_path: Path
    ) -> None:
        with listener() as server:
            parameters = {"host": host, "port": server.getsockname()[1], "database": "d", "username": "u"}
            networks = {"allowed": [], "denied": ["127.0.0.0/8", "::1/128"]}
            tested = _test(template_id, parameters, tmp_path, networks=networks)
            assert_untouched(server)
        last = tested.diagnostics[-1]
        if last["code"] == "SOURCE_HOST_UNKNOWN":  # not every system's resolver reads every spelling
            assert host in {"127.0.0.1.", "１２７.0.0.1"}
            return
        assert (last["code"], last["field"]) == ("SOURCE_NOT_ALLOWED", "host")
        assert host in last["message"]
        assert "MUSTER_SOURCE_NETWORKS_DENY" in last["hint"]

    @pytest.mark.parametrize("template_id", TEMPLATES)
    def test_only_allowed_networks_are_connected_to(self, template_id: str, tmp_path: Path) -> None:
        with listener() as server:
            parameters = {
                "host": "127.0.0.1",
                "port": server.getsockname()[1],
                "database": "d",
                "username": "u",
            }
            networks = {"allowed": ["10.0.0.0/8"], "denied": []}
            tested = _test(template_id, parameters, tmp_path, networks=networks)
            assert_untouched(server)
        assert tested.diagnostics[-1]["code"] == "SOURCE_NOT_ALLOWED"

    def test_a_collection_is_refused_too(self, postgres: PostgresServer, tmp_path: Path) -> None:
        refused = run("postgres", postgres.parameters("postgres"), tmp_path, networks=LOOPBACK_DENIED)
        assert (refused.last["event"], refused.last["code"]) == ("error", "SOURCE_NOT_ALLOWED")

    def test_a_request_without_rules_reads_nothing(self, postgres: PostgresServer, tmp_path: Path) -> None:
        refused = run("postgres", postgres.parameters("postgres"), tmp_path, networks={})
        assert (refused.last["event"], refused.last["code"]) == ("error", "INTERNAL")

    def test_of_several_addresses_the_permitted_ones_are_tried(
        self, postgres: PostgresServer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        names = Names(monkeypatch, ["127.0.0.9", "127.0.0.1"])
        with signed_in(postgres, "127.0.0.9/32"):
            assert names.asked == 1

    def test_a_name_that_changes_its_answer_gains_nothing(
        self, postgres: PostgresServer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        names = Names(monkeypatch, ["127.0.0.1"], ["127.0.0.9"])
        with signed_in(postgres, "127.0.0.9/32") as connector:
            connector.cancel()
            assert names.asked == 1, "what was checked must be what is connected to"

    def test_nor_does_one_that_was_denied_at_first(
        self, postgres: PostgresServer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        Names(monkeypatch, ["127.0.0.9"], ["127.0.0.1"])
        with pytest.raises(SourceError, match=r"127\.0\.0\.9"), signed_in(postgres, "127.0.0.9/32"):
            pass


class Names:
    """The machine's resolver at the edge: gives each answer once, then the last one again."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *answers: list[str]) -> None:
        self._answers = list(answers)
        self.asked = 0
        monkeypatch.setattr(socket, "getaddrinfo", self._answer)

    def _answer(self, *_: object, **__: object) -> list[tuple[Any, ...]]:
        self.asked += 1
        addresses = self._answers[0] if len(self._answers) == 1 else self._answers.pop(0)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 0)) for address in addresses]


@contextmanager
def signed_in(server: PostgresServer, denied: str) -> Iterator[PostgresConnector]:
    """A session of this process with the server, which goes by a name."""
    networks = NetworkRules.from_texts({"allowed": [], "denied": [denied]})
    parameters = server.parameters("postgres", host="db.example.org")
    connector = PostgresConnector(Source(parameters, LeakGate([]), networks))
    try:
        connector.open_session()
        yield connector
    finally:
        connector.close()


class TestPostgres:
    @pytest.fixture
    def socket_folder(self, postgres: PostgresServer) -> str:
        return str(postgres.log.parent)

    def test_a_socket_in_an_allowed_folder_is_reached(
        self, postgres: PostgresServer, socket_folder: str, tmp_path: Path
    ) -> None:
        parameters = postgres.parameters("postgres", host=socket_folder)
        tested = _test("postgres", parameters, tmp_path, file_roots=[socket_folder], networks=LOOPBACK_DENIED)
        assert tested.last["ok"] is True, tested.diagnostics

    @pytest.mark.parametrize("roots", [[], ["/nowhere"]])
    def test_one_elsewhere_is_not(
        self, roots: list[str], postgres: PostgresServer, socket_folder: str, tmp_path: Path
    ) -> None:
        parameters = postgres.parameters("postgres", host=socket_folder)
        tested = _test("postgres", parameters, tmp_path, file_roots=roots)
        (refusal,) = tested.diagnostics
        assert (refusal["code"], refusal["field"]) == ("SOURCE_NOT_ALLOWED", "host")

    @pytest.mark.parametrize("linked", ["the folder", "the socket"])
    def test_nor_is_it_through_a_link(
        self, linked: str, postgres: PostgresServer, socket_folder: str, tmp_path: Path
    ) -> None:
        allowed = tmp_path / "allowed"
        name = f".s.PGSQL.{postgres.port}"
        if linked == "the folder":
            allowed.mkdir()
            host = allowed / "link"
            host.symlink_to(socket_folder)
        else:
            host = allowed
            allowed.mkdir()
            (host / name).symlink_to(Path(socket_folder) / name)
        parameters = postgres.parameters("postgres", host=str(host))
        tested = _test("postgres", parameters, tmp_path, file_roots=[str(allowed)])
        assert [step["code"] for step in tested.diagnostics] == ["SOURCE_NOT_ALLOWED"]

    @pytest.mark.parametrize("host", ["@", "@/tmp", "a,b", "127.0.0.1,/tmp", "/tmp,127.0.0.1", "127.0.0.1,"])
    def test_a_host_is_no_list_and_no_abstract_socket(
        self, host: str, postgres: PostgresServer, tmp_path: Path
    ) -> None:
        tested = _test("postgres", postgres.parameters("postgres", host=host), tmp_path)
        (refusal,) = tested.diagnostics
        assert refusal["code"] in {"BAD_CONFIG", "SOURCE_HOST_UNKNOWN"}

    @pytest.mark.parametrize("key", ["database", "username", "password"])
    @pytest.mark.parametrize(
        "value",
        [
            "postgres passfile=/etc/passwd",
            "postgresql://127.0.0.1:1/postgres?sslkey=/etc/passwd",
            "service=other",
            "x' host='127.0.0.1' port='1' dbname='postgres",
            "host=127.0.0.1 port=1",
        ],
    )
    def test_no_value_is_read_as_connection_options(
        self, key: str, value: str, postgres: PostgresServer, tmp_path: Path
    ) -> None:
        tested = _test("postgres", postgres.parameters("postgres") | {key: value}, tmp_path)
        refusal = tested.diagnostics[-1]
        assert refusal["code"] == ("SOURCE_NOT_FOUND" if key == "database" else "SOURCE_AUTH_FAILED")

    @pytest.mark.parametrize(
        "extra", ["hostaddr", "passfile", "service", "sslkey", "sslrootcert", "options", "krbsrvname"]
    )
    def test_no_other_option_reaches_the_driver(
        self, extra: str, postgres: PostgresServer, tmp_path: Path
    ) -> None:
        parameters = postgres.parameters("postgres") | {extra: "/etc/passwd"}
        assert _test("postgres", parameters, tmp_path).last["ok"] is True


class TestMySql:
    @pytest.mark.parametrize("host", ["/run/mysqld/mysqld.sock", "/tmp", "@mysql", "a,b", "."])
    def test_a_host_is_never_a_socket(self, host: str, tmp_path: Path) -> None:
        parameters = {"host": host, "username": "u", "unix_socket": "/run/mysqld/mysqld.sock"}
        (refusal,) = _test("mysql", parameters, tmp_path).diagnostics
        assert (refusal["code"], refusal["field"]) == ("SOURCE_HOST_UNKNOWN", "host")

    def test_a_server_that_asks_for_a_file_does_not_get_it(self, tmp_path: Path) -> None:
        wanted = tmp_path / "private"
        wanted.write_text("canary-4rfv-of-the-worker")
        with ThievingServer(str(wanted)) as server:
            parameters = {"host": "127.0.0.1", "port": server.port, "username": "u", "local_infile": True}
            tested = _test("mysql", parameters, tmp_path, connect_timeout_seconds=3)
        assert server.has_asked
        assert server.received == b"\1\0\0\0\1", "a farewell and nothing else"
        assert tested.last["event"] == "error"


class ThievingServer:
    """Speaks as much of MySQL's protocol as it takes to ask a client for one of its files."""

    _GREETING = (
        b"\x0a8.0.0\0\x01\0\0\0saltsalt\0" + b"\xff\xf7" + b"\x21\x02\0" + b"\xff\x81\x15" + bytes(10)
    ) + b"saltsaltsalt\0mysql_native_password\0"
    _OK = b"\0\0\0\x02\0\0\0"

    def __init__(self, wanted: str) -> None:
        self._wanted = wanted.encode()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        self.received = b""
        self.has_asked = False
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def __enter__(self) -> "ThievingServer":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._thread.join(10)
        self._listener.close()

    def _serve(self) -> None:
        client, _ = self._listener.accept()
        with client:
            client.settimeout(5)
            client.sendall(self._packet(0, self._GREETING))
            client.recv(65536)
            client.sendall(self._packet(2, self._OK))
            # the driver's own first statements; answered so, it would not even look at what follows
            for _ in range(2):
                client.recv(65536)
                client.sendall(self._packet(1, self._OK))
            client.recv(65536)
            client.sendall(self._packet(1, b"\xfb" + self._wanted))
            self.has_asked = True
            while part := client.recv(65536):
                self.received += part

    def _packet(self, number: int, body: bytes) -> bytes:
        return len(body).to_bytes(3, "little") + bytes([number]) + body


class TestSqlite:
    @pytest.mark.parametrize(
        "path",
        [
            "file:{secret}?mode=ro",
            "{folder}/../secret.sqlite",
            "{folder}/good.sqlite/../../secret.sqlite",
            "//{secret}",
            "/proc/self/root{secret}",
            "/proc/self/cwd/pyproject.toml",
            "/dev/stdin",
            "~/x.sqlite",
            ":memory:",
            "relative.sqlite",
        ],
    )
    def test_no_spelling_leads_out_of_the_allowed_folder(self, path: str, tmp_path: Path) -> None:
        folder = tmp_path / "allowed"
        folder.mkdir()
        sqlite_file(folder / "good.sqlite", "CREATE TABLE t (id int)")
        secret = sqlite_file(tmp_path / "secret.sqlite", "CREATE TABLE canary (id int)")
        given = {"path": path.format(folder=folder, secret=secret)}
        tested = _test("sqlite", given, tmp_path, file_roots=[str(folder)])
        assert [step["code"] for step in tested.diagnostics] == ["SOURCE_NOT_ALLOWED"]

    @pytest.mark.parametrize("name", ["a?vfs=unix-none&mode=rwc", "a#b", "a%2e%2e", "a;ATTACH 'x' AS y"])
    def test_a_name_is_a_name(self, name: str, tmp_path: Path) -> None:
        sqlite_file(tmp_path / name, "CREATE TABLE t (id int)")
        tested = _test("sqlite", {"path": str(tmp_path / name)}, tmp_path, file_roots=[str(tmp_path)])
        assert tested.last["ok"] is True, tested.diagnostics
        assert sorted(path.name for path in tmp_path.iterdir()) == [name]

    def test_a_schema_that_wants_more_gets_nothing(self, tmp_path: Path) -> None:
        other = sqlite_file(tmp_path / "other.sqlite", "CREATE TABLE canary (id int)")
        script = f"""
            CREATE VIEW loads AS SELECT load_extension('/etc/passwd');
            CREATE VIEW reads AS SELECT readfile('/etc/passwd') AS content;
            CREATE VIEW attaches AS SELECT * FROM pragma_database_list, pragma_table_list;
            CREATE TABLE t (id int DEFAULT (abs(1)));
            PRAGMA writable_schema = ON;
            INSERT INTO sqlite_schema VALUES ('table', 'v', 'v', 0,
                'CREATE VIRTUAL TABLE v USING csv(filename="{other}")');
        """
        folder = tmp_path / "allowed"
        folder.mkdir()
        path = sqlite_file(folder / "hostile.sqlite", script)
        collected = run("sqlite", {"path": str(path)}, tmp_path / "staging", file_roots=[str(folder)])
        assert "canary" not in collected.output.decode()
        assert "root:" not in str(collected.records)
        assert {name for _, name in collected.documents} <= {"t", "loads", "reads", "attaches"}

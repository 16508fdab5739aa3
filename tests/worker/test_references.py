"""Secrets by reference, looked up: files that lie where they may, variables, and nothing else."""

import os
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest
from temporalio.exceptions import ApplicationError
from temporalio.testing import ActivityEnvironment

from app.core.contracts import ConnectionTestInput, IngestInput
from app.core.db import connection_tests, runs
from app.core.domain.endpoints import TestResult
from app.core.domain.runs import RunErrorCode
from tests.worker import children
from tests.worker.conftest import Rows
from worker.activities.connection_test import ConnectionTesting
from worker.activities.context import ActivityContext
from worker.activities.ingest import Ingest
from worker.children import Start
from worker.references import MAX_BYTES, ReferenceRules, resolve
from worker.sources import SourceError

PASSWORD = "canary-by-reference-7t1"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A folder that secrets may lie under."""
    folder = tmp_path / "secrets"
    folder.mkdir()
    (tmp_path / "outside").write_text(PASSWORD)
    return folder


@pytest.fixture
def rules(root: Path) -> ReferenceRules:
    return ReferenceRules(("*",), (root,), (root / "own",))


def look_up(text: str, rules: ReferenceRules, **environment: str) -> str:
    return resolve({"password": text}, rules, environment)["password"]


def refusal(text: str, rules: ReferenceRules, **environment: str) -> SourceError:
    """The refusal of a reference; it names parameter and reference, and shows no value."""
    with pytest.raises(SourceError) as caught:
        look_up(text, rules, **environment)
    error = caught.value
    assert (error.code, error.field) == (RunErrorCode.BAD_CONFIG, "password")
    assert error.message.startswith(f"The parameter password refers to {text}, ")
    assert PASSWORD not in f"{error.message} {error.hint}"
    return error


def test_what_is_no_reference_stays_as_it_is(rules: ReferenceRules) -> None:
    assert look_up(PASSWORD, rules) == PASSWORD


@pytest.mark.parametrize(
    ("content", "value"),
    [
        (b"secret", "secret"),
        (b"secret\n", "secret"),
        (b"secret\r\n", "secret"),
        (b"secret\n\n", "secret\n"),
        (" sécret ".encode(), " sécret "),
        (b"x" * MAX_BYTES, "x" * MAX_BYTES),
    ],
    ids=["plain", "newline", "carriage return", "only one newline", "spaces and accents", "64 kB"],
)
def test_a_file_under_a_root_is_read(root: Path, rules: ReferenceRules, content: bytes, value: str) -> None:
    (root / "shop").write_bytes(content)
    assert look_up(f"file:{root}/shop", rules) == value


def test_a_link_within_the_root_is_followed(root: Path, rules: ReferenceRules) -> None:
    """As Kubernetes mounts secrets."""
    (root / "..data").mkdir()
    (root / "..data" / "shop").write_text(PASSWORD)
    (root / "shop").symlink_to("..data/shop")
    assert look_up(f"file:{root}/shop", rules) == PASSWORD


Prepare = Callable[[Path], str]


def link_out(root: Path) -> str:
    (root / "link").symlink_to(root.parent / "outside")
    return "link"


def folder_link_out(root: Path) -> str:
    (root / "folder").symlink_to(root.parent)
    return "folder/outside"


def link_to_own(root: Path) -> str:
    (root / "own").mkdir()
    (root / "own" / "secret-keys").write_text(PASSWORD)
    (root / "link").symlink_to("own/secret-keys")
    return "link"


@pytest.mark.parametrize("prepare", [link_out, folder_link_out, link_to_own])
def test_a_link_to_elsewhere_gains_nothing(root: Path, rules: ReferenceRules, prepare: Prepare) -> None:
    error = refusal(f"file:{root}/{prepare(root)}", rules)
    assert "a file that secrets may not refer to" in error.message


@pytest.mark.parametrize(
    "path",
    [
        "{root}/../outside",
        "{root}/../missing",
        "{root}-beside/x",
        "/run/secrets/../../etc/passwd",
        "/etc/shadow",
        "/no/such/file",
        "//etc/passwd",
    ],
)
def test_a_path_out_of_the_roots_is_refused_whether_there_is_a_file_or_not(
    root: Path, rules: ReferenceRules, path: str
) -> None:
    error = refusal("file:" + path.format(root=root), rules)
    assert "a file that secrets may not refer to" in error.message


@pytest.mark.parametrize(
    "path",
    [
        "/proc/self/environ",
        "/proc/1/environ",
        "/dev/zero",
        "/sys/kernel/notes",
        "/run/secrets/kubernetes.io/serviceaccount/token",
        "/var/run/secrets/eks.amazonaws.com/serviceaccount/token",
    ],
)
def test_what_is_the_machines_or_the_workers_own_is_out_of_reach_of_any_root(path: str) -> None:
    error = refusal(f"file:{path}", ReferenceRules(("*",), (Path("/"),)))
    assert "a file that secrets may not refer to" in error.message


def make_folder(path: Path) -> None:
    path.mkdir()


def make_pipe(path: Path) -> None:
    os.mkfifo(path)


@pytest.mark.timeout(10)
@pytest.mark.parametrize("make", [make_folder, make_pipe])
def test_what_is_no_regular_file_is_refused_at_once(
    root: Path, rules: ReferenceRules, make: Callable[[Path], None]
) -> None:
    make(root / "thing")
    assert "no regular file" in refusal(f"file:{root}/thing", rules).message


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "is empty"),
        (b"\n", "is empty"),
        (PASSWORD.encode() + b"\xff", "is not UTF-8 text"),
        (b"x" * (MAX_BYTES + 1), "holds more than 64 kB"),
    ],
    ids=["empty", "newline only", "not text", "too large"],
)
def test_a_file_that_holds_no_secret_is_refused(
    root: Path, rules: ReferenceRules, content: bytes, reason: str
) -> None:
    (root / "shop").write_bytes(content)
    assert reason in refusal(f"file:{root}/shop", rules).message


def test_a_missing_file_under_a_root_is_told(root: Path, rules: ReferenceRules) -> None:
    assert "No such file" in refusal(f"file:{root}/missing", rules).message


def test_a_link_that_is_swapped_meanwhile_gains_nothing(root: Path, rules: ReferenceRules) -> None:
    (root / "good").write_text("good")
    stop = threading.Event()

    def swap() -> None:
        while not stop.is_set():
            for target in ("good", "../outside"):
                (root / "next").symlink_to(target)
                (root / "next").rename(root / "link")

    swapping = threading.Thread(target=swap)
    swapping.start()
    found: set[str] = set()
    try:
        for _ in range(2000):
            try:
                found.add(look_up(f"file:{root}/link", rules))
            except SourceError:
                found.add("refused")
    finally:
        stop.set()
        swapping.join()
    assert found == {"good", "refused"}


def test_a_variable_is_read_from_the_environment(rules: ReferenceRules) -> None:
    assert look_up("env:SHOP", rules, SHOP=f"{PASSWORD}\n") == PASSWORD


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("MISSING", "which the worker's environment does not have"),
        ("EMPTY", "which is empty"),
        ("MUSTER_SECRET_KEYS", "a variable that secrets may not refer to"),
        ("DATABASE_URL", "a variable that secrets may not refer to"),
        ("AWS_SECRET_ACCESS_KEY", "a variable that secrets may not refer to"),
        ("all_proxy", "a variable that secrets may not refer to"),
    ],
)
def test_a_variable_that_may_not_be_read_is_refused(rules: ReferenceRules, name: str, reason: str) -> None:
    environment = {} if name == "MISSING" else {name: "" if name == "EMPTY" else PASSWORD}
    assert reason in refusal(f"env:{name}", rules, **environment).message


def test_by_default_nothing_may_be_referred_to(root: Path) -> None:
    (root / "shop").write_text(PASSWORD)
    refusal(f"file:{root}/shop", ReferenceRules())
    refusal("env:SHOP", ReferenceRules(), SHOP=PASSWORD)


def endpoint_with(bound: ActivityContext, rows: Rows, secret: str) -> UUID:
    """A run of a new endpoint whose password is `secret`."""
    endpoint_id = rows.endpoint()
    sealed = bound.secrets.seal({"password": secret})
    with bound.pool.connection() as conn:
        conn.execute(
            b"UPDATE metadata_endpoints SET secrets = jsonb_build_object('password', %s::text) WHERE id = %s",
            [sealed["password"], endpoint_id],
        )
    return rows.run(endpoint_id)


def diagnosis(bound: ActivityContext, secret: str, start: Start) -> TestResult:
    with bound.pool.connection() as conn:
        sealed = bound.secrets.seal({"password": secret})
        test_id = connection_tests.insert_test(conn, "sqlite", {}, sealed)
    testing = ConnectionTesting(replace(bound, start_collector=start))
    ActivityEnvironment().run(testing.test_connection, ConnectionTestInput(str(test_id), 15))
    with bound.pool.connection() as conn:
        test = connection_tests.get_test(conn, test_id)
    assert test is not None
    assert test.result is not None
    return test.result


def test_the_collector_is_given_the_value_and_the_gate_knows_it(
    bound: ActivityContext, rows: Rows, root: Path, rules: ReferenceRules
) -> None:
    (root / "shop").write_text(f"{PASSWORD}\n")
    bound = replace(bound, references=rules)
    reference = f"file:{root}/shop"
    run_id = endpoint_with(bound, rows, reference)
    ingest = Ingest(replace(bound, start_collector=children.TELLS_SECRETS)).ingest
    with pytest.raises(ApplicationError) as caught:
        ActivityEnvironment().run(ingest, IngestInput(str(run_id), 60))
    assert caught.value.message == "refused ******** not ********"
    with bound.pool.connection() as conn:
        stored = repr((rows.read(run_id), runs.list_log_lines(conn, run_id, None, 200)))
    assert "signing in with ********" in stored
    assert PASSWORD not in stored
    assert PASSWORD not in repr(diagnosis(bound, reference, children.TELLS_SECRETS))


def test_a_broken_reference_fails_the_run_and_the_test(
    bound: ActivityContext, rows: Rows, rules: ReferenceRules, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MUSTER_CANARY", PASSWORD)
    bound = replace(bound, references=rules)
    for reference in ("env:MUSTER_CANARY", "env:NOT_THERE", "file:/etc/passwd"):
        run_id = endpoint_with(bound, rows, reference)
        ingest = Ingest(replace(bound, start_collector=children.CRASHES)).ingest
        with pytest.raises(ApplicationError) as caught:
            ActivityEnvironment().run(ingest, IngestInput(str(run_id), 60))
        assert (caught.value.type, caught.value.non_retryable) == ("BAD_CONFIG", True)
        assert reference in caught.value.message
        result = diagnosis(bound, reference, children.CRASHES)
        (step,) = result.diagnostics
        assert (result.ok, step.level, step.code, step.field) == (False, "ERROR", "BAD_CONFIG", "password")
        assert reference in step.message
        assert PASSWORD not in repr((caught.value, result))

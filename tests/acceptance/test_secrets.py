"""Secrets on a running Muster: keys that rotate under load without a failed request, and references."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path
from subprocess import PIPE, CompletedProcess, Popen, run
from typing import Any

import psycopg
import pytest
from cryptography.fernet import Fernet

from app.core.config import DataFiles
from app.core.domain.secrets import MASK, SecretBox
from tests.acceptance.api import Api, GraphQLError
from tests.sources import PostgresServer
from tests.stack import MUSTER, RunningStack, muster_environment, running_stack, wait_until

CANARY = "canary-kept-elsewhere-4w8"
ROTATIONS = 4
PAUSE_SECONDS = 0.05
CREATE_TOKEN = 'mutation { createApiToken(name: "load", role: EDITOR) { token } }'
CONFIG = "query($id: ID!) { endpoint(id: $id) { config lastTest { ok diagnostics { code message field } } } }"
UPDATE = "mutation($id: ID!, $config: JSON) { updateEndpoint(id: $id, patch: {config: $config}) { id } }"
TEST_STORED = """mutation($id: ID!) { testEndpoint(input: {endpointId: $id}) {
    ok diagnostics { level code message field } } }"""


@pytest.fixture(scope="module")
def secret_files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("secrets")


@pytest.fixture(scope="module")
def vault(secret_files: Path, source: PostgresServer) -> Iterator[RunningStack]:
    """A Muster of this module's own: keys are its own affair."""
    with running_stack(MUSTER_SECRET_FILE_ROOTS=str(secret_files), SHOP_PASSWORD=source.password) as running:
        yield running


@pytest.fixture(scope="module")
def vault_api(vault: RunningStack) -> Api:
    return Api(vault.url, vault.token)


@pytest.fixture(scope="module")
def shop(source: PostgresServer) -> dict[str, Any]:
    """Connection parameters of a database with a table, password included."""
    return source.create_database("vault_shop", "CREATE TABLE orders (id int PRIMARY KEY)")


def rotate(stack: RunningStack, *options: str) -> CompletedProcess[str]:
    return run(
        [MUSTER, "rotate-keys", *options],
        env=stack.environment(),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def keys_of(stack: RunningStack) -> list[str]:
    """The newest first."""
    return DataFiles(stack.data_dir).secret_keys.read_text(encoding="utf-8").strip().split(",")


def stored_secrets(stack: RunningStack) -> list[dict[str, str]]:
    with psycopg.connect(stack.database_url) as connection:
        rows = connection.execute("SELECT secrets FROM metadata_endpoints WHERE secrets <> '{}'").fetchall()
    return [row[0] for row in rows]


def refusal(api: Api, operation: str, **variables: Any) -> dict[str, Any]:
    with pytest.raises(GraphQLError) as caught:
        api.ask(operation, **variables)
    return caught.value.extensions


def test_keys_rotate_under_load_without_a_failed_request(
    vault: RunningStack, vault_api: Api, shop: dict[str, Any]
) -> None:
    names = count()
    tokens = [vault_api.ask(CREATE_TOKEN)["token"] for _ in range(4)]
    registered = [vault_api.register("Shop before", "postgres", shop)]
    first_key = keys_of(vault)[0]
    is_over = threading.Event()

    def read(token: str) -> None:
        api = Api(vault.url, token)
        assert api.ask("{ viewer { name } }") == {"name": "load"}
        assert api.ask(CONFIG, id=registered[0]["id"])["config"]["parameters"]["password"] == MASK

    def register(token: str) -> None:
        registered.append(Api(vault.url, token).register(f"Shop {next(names)}", "postgres", shop))

    def test_stored(token: str) -> None:
        assert Api(vault.url, token).ask(TEST_STORED, id=registered[-1]["id"])["ok"]

    def collect(token: str) -> None:
        api = Api(vault.url, token)
        api.first_run_finished(registered[0]["id"])
        assert api.finished(api.trigger(registered[0]["collection"]))["status"] == "SUCCEEDED"

    def make_token(_: str) -> None:
        tokens.append(vault_api.ask(CREATE_TOKEN)["token"])
        assert Api(vault.url, tokens[-1]).ask("{ viewer { name } }") == {"name": "load"}

    def again_and_again(act: Callable[[str], None]) -> int:
        done = 0
        while not is_over.wait(PAUSE_SECONDS):
            act(tokens[done % 4])
            done += 1
        return done

    loads = [read, read, register, test_stored, collect, make_token]
    with ThreadPoolExecutor(len(loads)) as clients:
        running = [clients.submit(again_and_again, load) for load in loads]
        try:
            rotations = [rotate(vault) for _ in range(ROTATIONS)]
        finally:
            is_over.set()
        done = [each.result(60) for each in running]
    assert [each.returncode for each in rotations] == [0] * ROTATIONS, rotations
    assert min(done) > 0, f"every kind of request was made: {done}"

    keys = keys_of(vault)
    assert len(keys) == ROTATIONS + 1
    assert keys[-1] == first_key
    newest = SecretBox(keys[:1])
    assert [newest.open(each) for each in stored_secrets(vault)] == [
        {"password": shop["password"]} for _ in registered
    ]
    for token in tokens:
        assert Api(vault.url, token).ask("{ viewer { name } }") == {"name": "load"}
    dropped = rotate(vault, "--drop-old")
    assert dropped.returncode == 0, dropped.stderr
    assert keys_of(vault) == keys[:1]
    for token in tokens:
        read(token)
    test_stored(tokens[0])
    collect(tokens[0])


def test_a_rotation_that_was_killed_is_finished_by_the_next(
    vault: RunningStack, vault_api: Api, shop: dict[str, Any]
) -> None:
    endpoint = vault_api.register("Shop held up", "postgres", shop)
    before = keys_of(vault)
    with psycopg.connect(vault.database_url) as holding:
        holding.execute("SELECT 1 FROM metadata_endpoints WHERE id = %s FOR UPDATE", [endpoint["id"]])
        rotation = Popen([MUSTER, "rotate-keys"], env=vault.environment(), stdout=PIPE, stderr=PIPE)
        with psycopg.connect(vault.database_url, autocommit=True) as watching:
            wait_until(lambda: _is_somebody_waiting(watching), 30)
        rotation.kill()
        rotation.communicate()
    between = keys_of(vault)
    assert between[1:] == before

    finished = rotate(vault)

    assert (finished.returncode, keys_of(vault)) == (0, between)
    assert "had not finished" in finished.stdout
    newest = SecretBox(between[:1])
    assert all(newest.can_open(each) for each in stored_secrets(vault))
    assert vault_api.ask(TEST_STORED, id=endpoint["id"])["ok"]


def test_a_key_that_tokens_need_is_not_dropped(vault: RunningStack, vault_api: Api) -> None:
    token = vault_api.ask(CREATE_TOKEN)["token"]
    assert rotate(vault).returncode == 0
    refused = rotate(vault, "--drop-old")
    assert refused.returncode == 1
    assert "No key is dropped" in refused.stderr
    assert len(keys_of(vault)) > 1
    forced = rotate(vault, "--drop-old", "--force")
    assert forced.returncode == 0, forced.stderr
    assert len(keys_of(vault)) == 1
    assert refusal(Api(vault.url, token), "{ viewer { name } }")["code"] == "E_AUTH_REQUIRED"


@pytest.mark.parametrize("command", ["web", "worker", "migrate", "rotate-keys"])
def test_with_wrong_keys_nothing_starts(vault: RunningStack, tmp_path: Path, command: str) -> None:
    env = {
        "DATABASE_URL": vault.database_url,
        "TEMPORAL_ADDRESS": vault.temporal_address,
        "MUSTER_ADMIN_TOKEN": vault.token,
        "MUSTER_SECRET_KEYS": Fernet.generate_key().decode(),
    }
    refused = run(
        [MUSTER, command],
        env=muster_environment(tmp_path, env),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert refused.returncode != 0
    assert "MUSTER_SECRET_KEYS is wrong" in refused.stderr
    assert env["MUSTER_SECRET_KEYS"] not in refused.stderr + refused.stdout


def test_a_reference_is_kept_as_such_and_looked_up_by_the_worker(
    vault: RunningStack, vault_api: Api, shop: dict[str, Any], secret_files: Path
) -> None:
    (secret_files / "shop").write_text(shop["password"] + "\n")
    for reference in ("env:SHOP_PASSWORD", f"file:{secret_files}/shop"):
        parameters = shop | {"password": reference}
        endpoint = vault_api.register(reference, "postgres", parameters)
        assert vault_api.first_run_finished(endpoint["id"])["status"] == "SUCCEEDED"
        assert vault_api.ask(CONFIG, id=endpoint["id"])["config"]["parameters"]["password"] == MASK
        # the mask stands for the reference: written back with a change, it is still the reference
        config = {
            "templateId": "postgres",
            "parameters": parameters | {"password": MASK, "ssl_mode": "disable"},
        }
        vault_api.ask(UPDATE, id=endpoint["id"], config=config)
        with psycopg.connect(vault.database_url) as connection:
            (sealed,) = connection.execute(
                "SELECT secrets FROM metadata_endpoints WHERE id = %s", [endpoint["id"]]
            ).fetchone() or ({},)
        assert SecretBox(keys_of(vault)).open(sealed) == {"password": reference}


def test_a_broken_reference_refuses_the_registration(
    vault_api: Api, shop: dict[str, Any], secret_files: Path
) -> None:
    (secret_files.parent / "outside").write_text(CANARY)
    (secret_files / "link").symlink_to("../outside")
    for reference in (
        "env:NOT_THERE",
        "env:MUSTER_DATA_DIR",
        f"file:{secret_files}/link",
        "file:/etc/passwd",
    ):
        with pytest.raises(GraphQLError) as caught:
            vault_api.register("Broken", "postgres", shop | {"password": reference})
        assert caught.value.code == "E_CONN_TEST_FAILED"
        (diagnostic,) = caught.value.extensions["diagnostics"]
        assert (diagnostic["code"], diagnostic["field"]) == ("BAD_CONFIG", "password")
        assert reference in diagnostic["message"]
        assert CANARY not in str(caught.value)


@pytest.mark.parametrize(
    "text", ["env:", "env:PATH=", "env:A\nB", "file:relative", "file:../x", "file:/a\nb"]
)
def test_what_only_begins_like_a_reference_is_bad_input(
    vault_api: Api, shop: dict[str, Any], text: str
) -> None:
    with pytest.raises(GraphQLError) as caught:
        vault_api.register("Broken", "postgres", shop | {"password": text})
    assert caught.value.code == "E_BAD_INPUT"
    assert list(caught.value.extensions["fields"]) == ["config.parameters.password"]


def test_a_stored_secret_that_no_key_opens_fails_the_test_and_can_be_given_anew(
    vault: RunningStack, vault_api: Api, shop: dict[str, Any]
) -> None:
    endpoint = vault_api.register("Spoiled", "postgres", shop)
    with psycopg.connect(vault.database_url) as connection:
        connection.execute(
            """UPDATE metadata_endpoints SET secrets = '{"password": "spoiled"}' WHERE id = %s""",
            [endpoint["id"]],
        )
    result = vault_api.ask(TEST_STORED, id=endpoint["id"])
    (step,) = result["diagnostics"]
    assert (result["ok"], step["level"], step["code"]) == (False, "ERROR", "BAD_CONFIG")
    vault_api.ask(UPDATE, id=endpoint["id"], config={"templateId": "postgres", "parameters": shop})
    assert vault_api.ask(TEST_STORED, id=endpoint["id"])["ok"]


def _is_somebody_waiting(connection: psycopg.Connection[Any]) -> bool:
    row = connection.execute(
        """SELECT count(*) FROM pg_stat_activity
           WHERE application_name = 'muster-cli' AND wait_event_type = 'Lock'"""
    ).fetchone()
    return row is not None and bool(row[0])

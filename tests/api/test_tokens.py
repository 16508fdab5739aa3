"""API tokens: made, shown once, stored as a digest, used, expired, revoked; keys that are rotated."""

import time
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography.fernet import Fernet

from app.core.db.queries import load_queries
from app.core.domain.auth import Role, TokenHasher, is_token, new_token
from app.services.key_rotation import reseal, tokens_behind
from tests.api.conftest import TOKEN, Muster, running_muster
from tests.api.seed import Seed

FIELDS = "id name role createdAt lastUsedAt expiresAt revokedAt"
CREATE = f"""mutation($name: String!, $role: Role!, $expiresAt: DateTime) {{
    createApiToken(name: $name, role: $role, expiresAt: $expiresAt) {{ token apiToken {{ {FIELDS} }} }} }}"""
REVOKE = f"mutation($id: ID!) {{ revokeApiToken(id: $id) {{ {FIELDS} }} }}"
LIST = f"{{ apiTokens {{ {FIELDS} }} }}"
VIEWER = "{ viewer { name role } }"
UNKNOWN = "00000000-0000-4000-8000-000000000000"

# name -> why it is refused is told under `name`
BAD_NAMES = {
    "empty": "",
    "blank": " \t",
    "too long": "x" * 256,
    "90 kB": "x" * 90_000,
    "NUL": "a\0b",
    "half a character": "a\ud800b",
    "newline": "a\nb",
    "terminal escape": "a\x1b[2Jb",
    "C1 control": "a\x9bb",
    "turned writing direction": "a\u202eb",
}
# What stands in the header is no token.
MALFORMED = {
    "1 MB": "Bearer muster_" + "x" * 1_000_000,
    "1 MB of spaces": "Bearer" + " " * 1_000_000,
    "too short": f"Bearer {new_token()[:-1]}",
    "too long": f"Bearer {new_token()}x",
    "other prefix": f"Bearer {new_token().replace('muster', 'master')}",
    "prefix alone": "Bearer muster_",
    "half a character": "Bearer muster_" + "\udcff" * 43,
    "twice": f"Bearer {new_token()}, Bearer {new_token()}",
}


def create(muster: Muster, name: str = "ci", role: Role = Role.VIEWER, **given: Any) -> dict[str, Any]:
    made: dict[str, Any] = muster.ask(CREATE, name=name, role=role, **given)
    return made


def viewer(muster: Muster, token: str) -> dict[str, str] | None:
    answer = muster.post({"query": VIEWER}, token)
    if "errors" in answer:
        assert [error["extensions"] for error in answer["errors"]] == [{"code": "E_AUTH_REQUIRED"}]
        return None
    found: dict[str, str] = answer["data"]["viewer"]
    return found


def test_a_new_token_is_shown_once_and_works(muster: Muster) -> None:
    expires = datetime.now(UTC) + timedelta(days=1)
    made = create(muster, "ci", Role.EDITOR, expiresAt=expires.isoformat())
    token, kept = made["token"], made["apiToken"]
    assert is_token(token)
    assert (kept["name"], kept["role"]) == ("ci", "EDITOR")
    assert datetime.fromisoformat(kept["expiresAt"]) == expires
    assert (kept["lastUsedAt"], kept["revokedAt"]) == (None, None)
    assert viewer(muster, token) == {"name": "ci", "role": "EDITOR"}
    (listed,) = muster.ask(LIST)
    assert listed["lastUsedAt"] is not None
    assert {**listed, "lastUsedAt": None} == kept


def test_a_token_is_nowhere_in_the_database(muster: Muster) -> None:
    token = create(muster)["token"]
    viewer(muster, token)
    ((row, digest),) = muster.select("SELECT t::text, token_hash FROM api_tokens t")
    random = token.removeprefix("muster_")
    assert len(digest) == 32
    assert random not in row
    assert random.encode() not in digest
    assert random.encode().hex() not in row


def test_tokens_differ_and_so_do_their_digests(muster: Muster) -> None:
    made = [create(muster, "same") for _ in range(2)]
    assert len({each["token"] for each in made}) == 2
    assert muster.select("SELECT count(DISTINCT token_hash) FROM api_tokens") == [(2,)]
    listed = [each["id"] for each in muster.ask(LIST)]
    assert listed == [each["apiToken"]["id"] for each in reversed(made)], "newest first"


def test_the_admin_token_of_the_settings_is_no_row_and_works(muster: Muster) -> None:
    assert viewer(muster, TOKEN) == {"name": "admin", "role": "ADMIN"}
    assert muster.ask(LIST) == []


@pytest.mark.parametrize("name", BAD_NAMES.values(), ids=BAD_NAMES.keys())
def test_a_bad_name_is_refused(name: str, idle_muster: Muster) -> None:
    error = idle_muster.error(CREATE, name=name, role="VIEWER")
    assert (error["code"], set(error["fields"])) == ("E_BAD_INPUT", {"name"})
    assert idle_muster.select("SELECT count(*) FROM api_tokens") == [(0,)]


@pytest.mark.parametrize("name", ["x", "x" * 255, "nightly build", "Bücher-Läufe 本", "a‑b"])
def test_a_good_name_is_kept_as_it_is(name: str, muster: Muster) -> None:
    assert create(muster, name)["apiToken"]["name"] == name


@pytest.mark.parametrize("ago", [timedelta(0), timedelta(seconds=1), timedelta(days=20_000)])
def test_an_expiry_in_the_past_is_refused(ago: timedelta, idle_muster: Muster) -> None:
    past = (datetime.now(UTC) - ago).isoformat()
    error = idle_muster.error(CREATE, name="late", role="VIEWER", expiresAt=past)
    assert (error["code"], set(error["fields"])) == ("E_BAD_INPUT", {"expiresAt"})


@pytest.mark.parametrize("expires", ["tomorrow", "2999-01-01T00:00:00", 1, "9" * 50])
def test_an_expiry_that_is_no_moment_is_refused(expires: object, idle_muster: Muster) -> None:
    error = idle_muster.error(CREATE, name="late", role="VIEWER", expiresAt=expires)
    assert (error["code"], set(error["fields"])) == ("E_BAD_INPUT", {"expiresAt"})


@pytest.mark.parametrize("role", ["OWNER", "admin", "", None])
def test_an_unknown_role_is_refused(role: str | None, idle_muster: Muster) -> None:
    error = idle_muster.error(CREATE, name="x", role=role)
    assert (error["code"], set(error["fields"])) == ("E_BAD_INPUT", {"role"})


@pytest.mark.parametrize("unknown", [UNKNOWN, "x", ""])
def test_revoking_what_is_no_token_is_refused(unknown: str, idle_muster: Muster) -> None:
    error = idle_muster.error(REVOKE, id=unknown)
    assert (error["code"], set(error["fields"])) == ("E_BAD_INPUT", {"id"})


def test_a_revoked_token_is_refused_by_another_process_at_once(database: str) -> None:
    keys = Fernet.generate_key().decode()
    with ExitStack() as stack:
        one = stack.enter_context(running_muster(database, MUSTER_SECRET_KEYS=keys))
        other = stack.enter_context(running_muster(database, MUSTER_SECRET_KEYS=keys))
        made = create(one, role=Role.ADMIN)
        assert viewer(other, made["token"]) is not None
        revoked = one.ask(REVOKE, id=made["apiToken"]["id"])
        assert viewer(other, made["token"]) is None
        assert viewer(one, made["token"]) is None
        assert revoked["revokedAt"] is not None
        again = other.ask(REVOKE, id=made["apiToken"]["id"])
        assert again["revokedAt"] == revoked["revokedAt"]


def test_a_token_may_revoke_itself(muster: Muster) -> None:
    made = create(muster, role=Role.ADMIN)
    request = {"query": REVOKE, "variables": {"id": made["apiToken"]["id"]}}
    assert "errors" not in muster.post(request, made["token"])
    assert viewer(muster, made["token"]) is None


def test_an_expired_token_is_refused(muster: Muster) -> None:
    soon = (datetime.now(UTC) + timedelta(hours=1)).isoformat()
    token = create(muster, expiresAt=soon)["token"]
    assert viewer(muster, token) is not None
    muster.connection.execute("UPDATE api_tokens SET expires_at = now()")
    assert viewer(muster, token) is None


def test_the_last_use_is_written_once_a_minute(muster: Muster) -> None:
    token = create(muster)["token"]
    written = "SELECT xmin::text, last_used_at FROM api_tokens"
    viewer(muster, token)
    first = muster.select(written)
    viewer(muster, token)
    assert muster.select(written) == first
    muster.connection.execute("UPDATE api_tokens SET last_used_at = now() - interval '61 seconds'")
    viewer(muster, token)
    assert muster.select("SELECT last_used_at > now() - interval '30 seconds' FROM api_tokens") == [(True,)]


def test_a_refused_token_is_not_used(muster: Muster) -> None:
    made = create(muster)
    muster.ask(REVOKE, id=made["apiToken"]["id"])
    viewer(muster, made["token"])
    assert muster.select("SELECT last_used_at FROM api_tokens") == [(None,)]


def test_a_token_is_found_by_its_index(muster: Muster) -> None:
    with muster.connection.transaction():
        muster.connection.execute("SET LOCAL enable_seqscan = off")
        asked = "EXPLAIN " + load_queries("tokens")["use_token"]
        values = {"hashes": [b"a", b"b"], "newest_hash": b"a", "newest_key_id": "k"}
        plan = muster.connection.execute(asked.encode(), values).fetchall()
    assert "api_tokens_token_hash_key" in str(plan)


def test_a_token_outlives_a_rotation_of_keys(database: str) -> None:
    old, new = Fernet.generate_key().decode(), Fernet.generate_key().decode()
    with running_muster(database, MUSTER_SECRET_KEYS=old) as muster:
        token = create(muster)["token"]
        unused = create(muster)["token"]
    with running_muster(database, MUSTER_SECRET_KEYS=f"{new},{old}") as muster:
        assert reseal(muster.connection, [new, old]).tokens_behind == 2
        assert viewer(muster, token) is not None
        newer = create(muster)["token"]
        assert tokens_behind(muster.connection, [new, old]) == 1
    with running_muster(database, MUSTER_SECRET_KEYS=new) as muster:
        assert viewer(muster, token) is not None, "used under both keys, it moved to the new one"
        assert viewer(muster, unused) is None
        assert viewer(muster, newer) is not None


def test_a_token_moves_only_to_the_key_that_is_the_newest_for_all(database: str) -> None:
    old, new = Fernet.generate_key().decode(), Fernet.generate_key().decode()
    with running_muster(database, MUSTER_SECRET_KEYS=old) as muster:
        token = create(muster)["token"]
    with running_muster(database, MUSTER_SECRET_KEYS=f"{new},{old}") as muster:
        assert viewer(muster, token) is not None
    with running_muster(database, MUSTER_SECRET_KEYS=old) as muster:
        assert viewer(muster, token) is not None, "this process does not know the new key yet"


def test_the_digest_depends_on_the_key() -> None:
    token, keys = new_token(), [Fernet.generate_key().decode() for _ in range(2)]
    hasher = TokenHasher(keys)
    assert hasher.to_store(token) == hasher.to_find(token)[0]
    assert len(set(hasher.to_find(token))) == 2


@pytest.mark.parametrize("header", MALFORMED.values(), ids=MALFORMED.keys())
def test_a_malformed_token_is_refused_quickly_and_not_looked_for(header: str, muster: Muster) -> None:
    muster.connection.execute("ALTER TABLE api_tokens RENAME TO put_away")
    begin = time.monotonic()
    response = muster.client.post(
        "/graphql", json={"query": VIEWER}, environ_overrides={"HTTP_AUTHORIZATION": header}
    )
    assert time.monotonic() - begin < 1
    assert response.get_json()["errors"][0]["extensions"]["code"] == "E_AUTH_REQUIRED"


@pytest.mark.parametrize("written", ["{}\n", "\n{}", "{}\r\nX: y", "\t{}", "{}\0"])
@pytest.mark.parametrize("is_admin", [True, False], ids=["admin token", "API token"])
def test_a_token_with_a_newline_or_the_like_is_refused(written: str, is_admin: bool, muster: Muster) -> None:
    token = TOKEN if is_admin else create(muster)["token"]
    response = muster.client.post(
        "/graphql",
        json={"query": VIEWER},
        environ_overrides={"HTTP_AUTHORIZATION": "Bearer " + written.format(token)},
    )
    assert response.get_json()["errors"][0]["extensions"]["code"] == "E_AUTH_REQUIRED"


def test_a_token_is_taken_from_no_other_place(muster: Muster) -> None:
    token = create(muster)["token"]
    for name in ("token", "access_token", "authorization", "muster_session"):
        muster.client.set_cookie(name, token)
        response = muster.client.post(
            "/graphql", json={"query": VIEWER, name: token}, headers={"X-Api-Key": token}
        )
        assert response.get_json()["errors"][0]["extensions"]["code"] == "E_AUTH_REQUIRED"


def test_a_run_is_requested_by_the_name_of_the_token(muster: Muster, seed: Seed) -> None:
    collection = seed.collection(seed.endpoint())
    token = create(muster, "nightly build", Role.EDITOR)["token"]
    trigger = f'mutation {{ triggerCollection(collectionId: "{collection}") {{ requestedBy }} }}'
    answer = muster.post({"query": trigger}, token)
    assert answer["data"]["triggerCollection"] == {"requestedBy": "nightly build"}


def test_while_tokens_cannot_be_looked_up_nobody_is_let_in(muster: Muster) -> None:
    token = create(muster, role=Role.ADMIN)["token"]
    muster.connection.execute("ALTER TABLE api_tokens RENAME TO put_away")
    answer = muster.post({"query": VIEWER}, token)
    assert answer["data"] is None
    assert answer["errors"][0]["extensions"]["code"] == "E_INTERNAL"
    assert "api_tokens" not in str(answer)

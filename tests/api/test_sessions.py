"""Browser sessions: how long they last, what ends them, and that none speaks for anybody else."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest
from cryptography.fernet import Fernet

from app.core.domain.auth import Role
from tests.api.browser import Browser, browser_of
from tests.api.conftest import TOKEN, Muster, running_muster

ADMIN = {"name": "admin", "role": "ADMIN"}
CREATE = "mutation($name: String!, $role: Role!) { createApiToken(name: $name, role: $role) { token } }"
REVOKE = "mutation($id: ID!) { revokeApiToken(id: $id) { id } }"


@pytest.fixture
def visitor(muster: Muster) -> Browser:
    """A browser that the admin token has signed in."""
    visitor = browser_of(muster)
    assert visitor.sign_in().status_code == 200
    return visitor


def create_token(muster: Muster, name: str = "ann", role: Role = Role.EDITOR) -> str:
    return str(muster.ask(CREATE, name=name, role=role)["token"])


def signed_in(muster: Muster, token: str) -> Browser:
    visitor = browser_of(muster)
    assert visitor.sign_in(token).status_code == 200
    return visitor


def let_pass(muster: Muster, time: str) -> None:
    """Make every session as old as if `time` had passed."""
    muster.connection.execute(
        """UPDATE browser_sessions SET created_at = created_at - %(time)s::interval,
           expires_at = expires_at - %(time)s::interval, ends_at = ends_at - %(time)s::interval""",
        {"time": time},
    )


def version(muster: Muster) -> object:
    """What changes whenever a session is written."""
    return muster.select("SELECT array_agg(xmin::text) FROM browser_sessions")


def test_a_session_slides_while_it_is_used(muster: Muster, visitor: Browser) -> None:
    for _ in range(5):
        let_pass(muster, "11 hours 59 minutes")
        assert visitor.viewer() == ADMIN
        assert muster.select(
            "SELECT expires_at BETWEEN now() + '11:59:50' AND now() + '12:00:00' FROM browser_sessions"
        ) == [(True,)]


def test_a_session_that_is_not_used_ends(muster: Muster, visitor: Browser) -> None:
    let_pass(muster, "12 hours")
    assert visitor.viewer() is None
    assert visitor.session() == {"viewer": None, "csrfToken": None, "singleSignOn": False}


def test_how_long_a_session_lasts_can_be_set(database: str) -> None:
    with running_muster(database, MUSTER_SESSION_HOURS="1") as muster:
        visitor = signed_in(muster, TOKEN)
        let_pass(muster, "59 minutes")
        assert visitor.viewer() == ADMIN
        let_pass(muster, "61 minutes")
        assert visitor.viewer() is None


def test_a_session_ends_after_thirty_days_however_much_it_is_used(muster: Muster, visitor: Browser) -> None:
    for _ in range(60):
        let_pass(muster, "11 hours 59 minutes")
        assert visitor.viewer() == ADMIN
    let_pass(muster, "1 hour")
    assert visitor.viewer() is None


def test_a_session_is_written_once_a_minute_at_most(muster: Muster, visitor: Browser) -> None:
    let_pass(muster, "55 seconds")
    recent = version(muster)
    assert visitor.viewer() == ADMIN
    assert version(muster) == recent
    let_pass(muster, "6 seconds")
    due = version(muster)
    assert visitor.viewer() == ADMIN
    assert version(muster) != due


def test_a_session_is_nowhere_in_the_database(muster: Muster, visitor: Browser) -> None:
    value, csrf_token = str(visitor.cookie), visitor.session()["csrfToken"]
    rows = muster.select("SELECT s::text, value_hash FROM browser_sessions s")
    assert len(rows) == 1
    for text, digest in rows:
        assert len(digest) == 32
        assert not [part for part in (value, value.encode().hex(), csrf_token, TOKEN) if part in text]


def test_what_has_expired_is_gone_when_somebody_signs_in(muster: Muster, visitor: Browser) -> None:
    muster.client.post("/auth/link", headers={"Authorization": f"Bearer {TOKEN}"})
    let_pass(muster, "12 hours")
    muster.connection.execute("UPDATE sign_in_links SET expires_at = now()")
    signed_in(muster, TOKEN)
    assert muster.select("SELECT count(*) FROM browser_sessions") == [(1,)]
    assert muster.select("SELECT count(*) FROM sign_in_links") == [(0,)]
    assert visitor.viewer() is None


@contextmanager
def two_processes(database: str, **settings: str) -> Iterator[tuple[Muster, Muster]]:
    """Two web processes of one deployment; `settings` are of the second one only."""
    keys = {"MUSTER_SECRET_KEYS": Fernet.generate_key().decode()}
    with running_muster(database, **keys) as one, running_muster(database, **{**keys, **settings}) as other:
        yield one, other


def test_signing_out_ends_the_session_for_every_process(database: str) -> None:
    with two_processes(database) as (one, other):
        visitor = signed_in(one, TOKEN)
        elsewhere = browser_of(other).bring(str(visitor.cookie))
        assert elsewhere.viewer() == ADMIN
        assert visitor.sign_out().status_code == 200
        assert visitor.cookie is None
        assert elsewhere.viewer() is None


def test_a_revoked_token_ends_its_sessions_at_once_for_every_process(database: str) -> None:
    with two_processes(database) as (one, other):
        visitor = signed_in(one, create_token(one))
        elsewhere = browser_of(other).bring(str(visitor.cookie))
        assert elsewhere.viewer() == {"name": "ann", "role": "EDITOR"}
        ((token_id,),) = one.select("SELECT id FROM api_tokens")
        one.ask(REVOKE, id=str(token_id))
        assert elsewhere.viewer() is None
        assert visitor.viewer() is None


def test_an_expired_token_ends_its_sessions(muster: Muster) -> None:
    visitor = signed_in(muster, create_token(muster))
    muster.connection.execute("UPDATE api_tokens SET expires_at = now() + '1 hour'")
    assert visitor.viewer() == {"name": "ann", "role": "EDITOR"}
    muster.connection.execute("UPDATE api_tokens SET expires_at = now()")
    assert visitor.viewer() is None


def test_a_session_has_the_role_that_its_token_has_now(muster: Muster) -> None:
    visitor = signed_in(muster, create_token(muster, role=Role.ADMIN))
    muster.connection.execute("UPDATE api_tokens SET role = 'VIEWER', name = 'ann b'")
    assert visitor.viewer() == {"name": "ann b", "role": "VIEWER"}
    ((token_id,),) = muster.select("SELECT id FROM api_tokens")
    assert visitor.session()["viewer"]["identity"] == f"token:{token_id}"


def test_a_token_that_is_removed_takes_its_sessions_along(muster: Muster) -> None:
    visitor = signed_in(muster, create_token(muster))
    muster.connection.execute("DELETE FROM api_tokens")
    assert visitor.viewer() is None


def test_another_admin_token_ends_the_sessions_of_the_old_one(database: str) -> None:
    with two_processes(database, MUSTER_ADMIN_TOKEN="another-token-that-is-long-enough-too") as (one, other):
        by_admin, by_token = signed_in(one, TOKEN), signed_in(one, create_token(one))
        assert browser_of(other).bring(str(by_admin.cookie)).viewer() is None
        assert browser_of(other).bring(str(by_token.cookie)).viewer() == {"name": "ann", "role": "EDITOR"}
        assert by_admin.viewer() == ADMIN


def test_a_session_that_is_used_meanwhile_outlives_its_secret_key(database: str) -> None:
    old, new = (Fernet.generate_key().decode() for _ in range(2))
    with running_muster(database, MUSTER_SECRET_KEYS=old) as before:
        value = str(signed_in(before, TOKEN).cookie)
        unused = str(signed_in(before, TOKEN).cookie)
    with running_muster(database, MUSTER_SECRET_KEYS=f"{new},{old}") as between:
        assert browser_of(between).bring(value).viewer() == ADMIN
    with running_muster(database, MUSTER_SECRET_KEYS=new) as after:
        assert browser_of(after).bring(value).viewer() == ADMIN
        assert browser_of(after).bring(unused).viewer() is None


def test_nothing_else_that_opens_doors_is_a_session_and_no_session_is_a_token(muster: Muster) -> None:
    token = create_token(muster)
    link = muster.client.post("/auth/link", headers={"Authorization": f"Bearer {TOKEN}"}).get_json()["url"]
    code = link.rpartition("/")[2]
    for value in (TOKEN, token, token.removeprefix("muster_"), code):
        assert browser_of(muster).bring(value).viewer() is None
    session = str(signed_in(muster, TOKEN).cookie)
    for bearer in (session, f"muster_{session}", f"session:{session}", code):
        (error,) = muster.post({"query": "{ viewer { name } }"}, bearer)["errors"]
        assert error["extensions"] == {"code": "E_AUTH_REQUIRED"}
    assert browser_of(muster).client.get(f"/auth/link/{session}").status_code == 410


def test_no_session_ever_answers_as_another(muster: Muster) -> None:
    names = [f"user {number}" for number in range(8)]
    browsers = [signed_in(muster, create_token(muster, name, Role.VIEWER)) for name in names]

    def ask_often(visitor: Browser) -> set[str]:
        return {str((visitor.viewer() or {}).get("name")) for _ in range(10)}

    with ThreadPoolExecutor(len(browsers)) as pool:
        assert list(pool.map(ask_often, browsers)) == [{name} for name in names]

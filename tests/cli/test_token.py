"""`muster token` on a running server."""

import subprocess
from datetime import UTC, datetime, timedelta

import pytest

from app.cli.api_client import ApiClient, ApiError
from app.core.domain.auth import is_token, new_token
from tests.stack import MUSTER, RunningStack

UNKNOWN = "00000000-0000-4000-8000-000000000000"
IN_AN_HOUR = (datetime.now(UTC) + timedelta(hours=1)).isoformat()


def muster_token(stack: RunningStack, *arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [MUSTER, "token", *arguments],
        env=stack.environment() | env,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def create(stack: RunningStack, name: str, *options: str) -> str:
    """The value of a new token."""
    made = muster_token(stack, "create", name, *options)
    assert made.returncode == 0, made.stderr
    return made.stdout.removesuffix("\n")


def viewer(stack: RunningStack, token: str) -> dict[str, str]:
    found: dict[str, str] = ApiClient(stack.url, token).execute("{ viewer { name role } }")["viewer"]
    return found


def row(stack: RunningStack, name: str) -> list[str]:
    """The columns of a token in the list: id, role, state, last used, expires, name."""
    listed = muster_token(stack, "list")
    assert listed.returncode == 0, listed.stderr
    head, *rows = [line.split() for line in listed.stdout.splitlines()]
    assert head == ["ID", "ROLE", "STATE", "LAST", "USED", "EXPIRES", "NAME"]
    (found,) = [columns for columns in rows if columns[-1] == name]
    return found


@pytest.mark.parametrize("role", ["VIEWER", "editor", "Admin"])
def test_the_value_alone_is_on_standard_output(stack: RunningStack, role: str) -> None:
    made = muster_token(stack, "create", f"for-{role}", "--role", role)
    token = made.stdout.removesuffix("\n")
    assert made.returncode == 0, made.stderr
    assert is_token(token)
    assert token not in made.stderr
    assert viewer(stack, token) == {"name": f"for-{role}", "role": role.upper()}


def test_a_token_is_listed_without_its_value_until_revoked_and_after(stack: RunningStack) -> None:
    token = create(stack, "report", "--role", "viewer", "--expires", IN_AN_HOUR)
    expires = datetime.fromisoformat(IN_AN_HOUR).strftime("%Y-%m-%dT%H:%MZ")
    token_id, *rest = row(stack, "report")
    assert rest == ["VIEWER", "valid", "never", expires, "report"]
    viewer(stack, token)
    assert row(stack, "report")[3] != "never"
    assert token not in muster_token(stack, "list").stdout
    assert muster_token(stack, "revoke", token_id).returncode == 0
    for _ in range(8):  # whichever of the web processes answers
        with pytest.raises(ApiError) as refused:
            viewer(stack, token)
        assert refused.value.code == "E_AUTH_REQUIRED"
    assert row(stack, "report")[2] == "revoked"


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["create", "x", "--role", "viewer", "--expires", "2020-01-01T00:00:00Z"], 1, "expiresAt"),
        (["create", "x", "--role", "viewer", "--expires", "2999-01-01"], 2, "offset or Z"),
        (["create", "x", "--role", "viewer", "--expires", "tomorrow"], 2, "offset or Z"),
        (["create", "x", "--role", "owner"], 2, "owner"),
        (["create", "x"], 2, "--role"),
        (["create", " ", "--role", "viewer"], 1, "name"),
        (["revoke", UNKNOWN], 1, "no token with this id"),
        (["revoke", "x"], 1, "id"),
        (["list", "--url", "http://127.0.0.1:1"], 1, "http://127.0.0.1:1 does not answer"),
        (["list", "--url", "ftp://x"], 1, "ftp://x"),
    ],
)
def test_what_is_refused_says_why(stack: RunningStack, arguments: list[str], code: int, said: str) -> None:
    refused = muster_token(stack, *arguments)
    assert refused.returncode == code, refused.stderr
    assert said in refused.stderr
    assert refused.stdout == ""


def test_a_wrong_admin_token_is_refused_and_not_repeated(stack: RunningStack) -> None:
    wrong = new_token()
    refused = muster_token(stack, "list", MUSTER_ADMIN_TOKEN=wrong)
    assert refused.returncode == 1
    assert "E_AUTH_REQUIRED" in refused.stderr
    assert wrong not in refused.stderr


def test_without_an_admin_token_it_says_which_setting_is_missing(stack: RunningStack) -> None:
    refused = muster_token(stack, "list", MUSTER_DATA_DIR=str(stack.data_dir / "nothing"))
    assert refused.returncode == 2
    assert "MUSTER_ADMIN_TOKEN" in refused.stderr


def test_no_log_has_a_token(stack: RunningStack) -> None:
    token = create(stack, "logged", "--role", "viewer")
    viewer(stack, token)
    files = [stack.output_file, *stack.data_dir.rglob("*.log")]
    assert len(files) > 1
    holding = [file for file in files if token.encode() in file.read_bytes()]
    assert holding == []

"""The sign-in links that `muster up` and `muster sign-in-link` print, on a running server."""

import http.client
import re
import subprocess
from urllib.parse import urlsplit

from app.core.domain.auth import new_token
from tests.stack import MUSTER, RunningStack


def sign_in_link(stack: RunningStack, **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [MUSTER, "sign-in-link"],
        env=stack.environment() | env,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def follow(link: str) -> tuple[int, str]:
    """The status and the cookie that a browser gets."""
    parts = urlsplit(link)
    connection = http.client.HTTPConnection(str(parts.hostname), parts.port, timeout=10)
    try:
        connection.request("GET", parts.path)
        response = connection.getresponse()
        return response.status, response.headers.get("Set-Cookie", "")
    finally:
        connection.close()


def printed_at_start(stack: RunningStack) -> str:
    *_, link = re.findall(rf"{re.escape(stack.url)}/auth/link/\S+", stack.output())
    return str(link)


def test_the_link_that_the_start_prints_signs_in_once(stack: RunningStack) -> None:
    link = printed_at_start(stack)
    status, cookie = follow(link)
    assert status == 303
    assert cookie.startswith("muster_session=")
    assert follow(link) == (410, "")


def test_another_link_is_alone_on_standard_output(stack: RunningStack) -> None:
    made = sign_in_link(stack)
    assert made.returncode == 0, made.stderr
    assert made.stderr == ""
    link = made.stdout.removesuffix("\n")
    assert link.startswith(f"{stack.url}/auth/link/")
    assert [follow(link)[0] for _ in range(2)] == [303, 410]


def test_a_wrong_token_gets_no_link_and_is_not_repeated(stack: RunningStack) -> None:
    wrong = new_token()
    refused = sign_in_link(stack, MUSTER_ADMIN_TOKEN=wrong)
    assert (refused.returncode, refused.stdout) == (1, "")
    assert refused.stderr.startswith("Error: E_AUTH_REQUIRED: ")
    assert wrong not in refused.stderr


def test_no_log_has_a_link_or_a_session(stack: RunningStack) -> None:
    link = sign_in_link(stack).stdout.strip()
    code = link.rpartition("/")[2]
    session = follow(link)[1].removeprefix("muster_session=").partition(";")[0]
    assert len(session) == 43
    files = [file for file in (stack.data_dir / "logs").rglob("*") if file.is_file()]
    assert files
    output = stack.output_file
    holding = [f for f in [*files, output] for secret in (code, session) if secret.encode() in f.read_bytes()]
    assert holding == []

"""The built interface: its files and nothing else of the machine, whatever a request's path says."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.web.headers import CONTENT_SECURITY_POLICY
from app.web.pages import file_in
from tests.raw_http import Answer, RawHttp, running_web

INDEX_FILE = b'<meta name="csp-nonce" content="__CSP_NONCE__"><p>the interface'
NONCE = re.compile(r'content="([\w-]{20,})"')
SCRIPT = b"the script"
GZIPPED, BROTLI = b"the script, by gzip", b"the script, by brotli"
CANARY = b"canary-8uhb"
FILES = {
    "file": (b"/assets/app.js", SCRIPT),
    "with a query": (b"/assets/app.js?v=/../../secret.txt", SCRIPT),
    "link within": (b"/assets/again.js", SCRIPT),
    "absolute form": (b"http://elsewhere.example/assets/app.js", SCRIPT),
}
OUTSIDE = {
    "dots": b"/../secret.txt",
    "dots within": b"/assets/../../secret.txt",
    "many dots": b"/" + b"../" * 30 + b"etc/passwd.txt",
    "no slash": b"../secret.txt",
    "encoded dots": b"/%2e%2e/secret.txt",
    "encoded slash": b"/..%2fsecret.txt",
    "encoded both": b"/%2e%2e%2fsecret.txt",
    "encoded twice": b"/%252e%252e%252fsecret.txt",
    "overlong dots": b"/%c0%ae%c0%ae/secret.txt",
    "backslash": b"/..\\secret.txt",
    "encoded backslash": b"/..%5csecret.txt",
    "backslash within": b"/assets\\..\\..\\secret.txt",
    "NUL": b"/%00.js",
    "NUL before an ending": b"/../secret.txt%00.js",
    "NUL behind a file": b"/assets/app.js%00",
    "absolute": b"//etc/passwd.txt",
    "encoded absolute": b"/%2fetc%2fpasswd.txt",
    "drive": b"/C:/secret.txt",
    "link to a file": b"/assets/link.txt",
    "link to a folder": b"/assets/folder/secret.txt",
    "circle of links": b"/assets/circle.txt",
    "hidden file": b"/.env",
    "hidden file with an ending": b"/.secret.txt",
    "hidden folder": b"/.git/config.txt",
    "encoded hidden file": b"/%2eenv",
    "folder": b"/folder.d",
    "folder with a slash": b"/folder.d/",
    "missing": b"/assets/none.js",
    "long name": b"/" + b"a" * 3000 + b".js",
    "no ASCII": b"/\xff.js",
    "control": b"/a\x01.js",
    "the API": b"/api",
    "a page of the API": b"/api/runs",
    "signing in": b"/auth/nothing",
    "beyond graphql": b"/graphql/nothing",
    "hidden manifest": b"/.vite/manifest.json",
    "scheme": b"file:///etc/passwd.txt",
}


@pytest.fixture(scope="module")
def interface(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RawHttp]:
    """gunicorn serving a built interface, with canaries around it and links to them in it."""
    folder = tmp_path_factory.mktemp("interface")
    dist = folder / "dist"
    for name in ("assets", ".git", "folder.d"):
        (dist / name).mkdir(parents=True)
    (folder / "secret.txt").write_bytes(CANARY)
    for hidden in (".env", ".secret.txt", ".git/config.txt"):
        (dist / hidden).write_bytes(CANARY)
    (dist / "index.html").write_bytes(INDEX_FILE)
    (dist / "assets" / "app.js").write_bytes(SCRIPT)
    (dist / "assets" / "app.js.gz").write_bytes(GZIPPED)
    (dist / "assets" / "app.js.br").write_bytes(BROTLI)
    (dist / "assets" / "plain.css").write_bytes(b"p {}")
    (dist / "favicon.svg").write_bytes(b"<svg/>")
    (dist / "assets" / "again.js").symlink_to(dist / "assets" / "app.js")
    (dist / "assets" / "link.txt").symlink_to(folder / "secret.txt")
    (dist / "assets" / "folder").symlink_to(folder)
    (dist / "assets" / "circle.txt").symlink_to(dist / "assets" / "circle.txt")
    with running_web(f"tests.raw_http:interface_app({str(dist)!r})") as web:
        yield web


@pytest.mark.parametrize(("target", "content"), FILES.values(), ids=FILES)
def test_a_file_is_sent(target: bytes, content: bytes, interface: RawHttp) -> None:
    answer = interface.get(target)
    assert (answer.status, answer.body) == (200, content)


@pytest.mark.parametrize(
    "target", [b"/", b"/index.html", b"/endpoints/5", b"/endpoints/", b"/runs/5?tab=log"]
)
def test_a_page_is_the_index_and_is_asked_for_every_time(target: bytes, interface: RawHttp) -> None:
    answer = interface.get(target)
    assert (answer.status, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert answer.body.endswith(b"<p>the interface")
    assert answer.headers["cache-control"] == "no-cache"
    assert "etag" not in answer.headers


def test_each_page_lets_its_own_style_elements_through_and_no_others(interface: RawHttp) -> None:
    answers = [interface.get(b"/"), interface.get(b"/")]
    nonces = [nonce_of(answer) for answer in answers]
    assert nonces[0] != nonces[1]
    for answer, nonce in zip(answers, nonces, strict=True):
        allowed = CONTENT_SECURITY_POLICY.replace("style-src 'self'", f"style-src 'self' 'nonce-{nonce}'")
        assert answer.headers["content-security-policy"] == allowed
    assert interface.get(b"/assets/app.js").headers["content-security-policy"] == CONTENT_SECURITY_POLICY


def nonce_of(answer: Answer) -> str:
    found = NONCE.search(answer.body.decode())
    assert found is not None
    return found[1]


@pytest.mark.parametrize(
    ("accepted", "encoding", "content"),
    [
        (b"gzip, deflate, br, zstd", "br", BROTLI),
        (b"gzip", "gzip", GZIPPED),
        (b"gzip, br;q=0", "gzip", GZIPPED),
        (b"*", "br", BROTLI),
        (b"identity", None, SCRIPT),
        (b"", None, SCRIPT),
        (b"br;q=0, gzip;q=0", None, SCRIPT),
        (b"\xff;q=, ;;;", None, SCRIPT),
    ],
)
def test_an_asset_comes_in_the_smallest_form_that_is_accepted(
    accepted: bytes, encoding: str | None, content: bytes, interface: RawHttp
) -> None:
    answer = interface.get(b"/assets/app.js", b"Accept-Encoding: " + accepted)
    assert (answer.status, answer.body, answer.headers.get("content-encoding")) == (200, content, encoding)
    assert answer.headers["content-type"].startswith("text/javascript")
    assert answer.headers["vary"] == "Accept-Encoding"


def test_an_asset_that_was_not_compressed_comes_as_it_is(interface: RawHttp) -> None:
    answer = interface.get(b"/assets/plain.css", b"Accept-Encoding: gzip, br")
    assert (answer.body, answer.headers.get("content-encoding")) == (b"p {}", None)
    assert answer.headers["vary"] == "Accept-Encoding"


def test_an_asset_is_kept_for_a_year_and_nothing_else_is(interface: RawHttp) -> None:
    kept = interface.get(b"/assets/app.js").headers["cache-control"]
    assert set(kept.split(", ")) == {"public", "max-age=31536000", "immutable"}
    assert interface.get(b"/favicon.svg").headers["cache-control"] == "no-cache"
    assert interface.get(b"/assets/none.js").headers["cache-control"] == "no-store"


def test_an_asset_that_the_browser_has_is_not_sent_again(interface: RawHttp) -> None:
    first = interface.get(b"/assets/app.js", b"Accept-Encoding: br")
    etag = first.headers["etag"].encode()
    again = interface.get(b"/assets/app.js", b"Accept-Encoding: br", b"If-None-Match: " + etag)
    assert (again.status, again.body) == (304, b"")
    other = interface.get(b"/assets/app.js", b"Accept-Encoding: gzip", b"If-None-Match: " + etag)
    assert (other.status, other.body) == (200, GZIPPED)


@pytest.mark.parametrize("target", OUTSIDE.values(), ids=OUTSIDE)
def test_nothing_else_is(target: bytes, interface: RawHttp) -> None:
    answer = interface.get(target)
    assert answer.status in {308, 400, 404, 414}
    assert CANARY not in answer.body
    assert b"root:" not in answer.body
    if answer.status == 308:  # two slashes lead to one, on this server
        assert answer.headers["location"].startswith("/")
        assert interface.get(answer.headers["location"].encode()).status == 404


@pytest.mark.parametrize("path", ["../a.js", "assets/../../a.js", "/../a.js", "a\0.js", "..\\a.js", ".a.js"])
def test_no_path_leads_out_even_if_the_server_lets_it_pass(path: str, tmp_path: Path) -> None:
    dist = tmp_path / "dist"
    dist.mkdir()
    for folder in (dist, tmp_path):
        (folder / "a.js").touch()
    assert file_in(dist, path) is None
    assert file_in(dist, "a.js") == dist.resolve() / "a.js"

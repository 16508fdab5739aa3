"""The built interface: its files and nothing else of the machine, whatever a request's path says."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.web.pages import file_in
from tests.raw_http import RawHttp, running_web

INDEX, SCRIPT = b"<p>the interface", b"the script"
CANARY = b"canary-8uhb"
PAGES = {
    "start": (b"/", INDEX),
    "index": (b"/index.html", INDEX),
    "file": (b"/assets/app.js", SCRIPT),
    "with a query": (b"/assets/app.js?v=/../../secret.txt", SCRIPT),
    "page": (b"/endpoints/5", INDEX),
    "page with a slash": (b"/endpoints/", INDEX),
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
    (dist / "index.html").write_bytes(INDEX)
    (dist / "assets" / "app.js").write_bytes(SCRIPT)
    (dist / "assets" / "again.js").symlink_to(dist / "assets" / "app.js")
    (dist / "assets" / "link.txt").symlink_to(folder / "secret.txt")
    (dist / "assets" / "folder").symlink_to(folder)
    (dist / "assets" / "circle.txt").symlink_to(dist / "assets" / "circle.txt")
    with running_web(f"tests.raw_http:interface_app({str(dist)!r})") as web:
        yield web


@pytest.mark.parametrize(("target", "content"), PAGES.values(), ids=PAGES)
def test_a_file_or_a_page_is_shown(target: bytes, content: bytes, interface: RawHttp) -> None:
    answer = interface.get(target)
    assert (answer.status, answer.body) == (200, content)


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

"""The searcher itself: whatever spelling a secret has, it is found, and nothing else is."""

import base64
import html
import json
from collections.abc import Callable
from urllib.parse import quote, quote_plus

import pytest

from tests.security.canaries import Search, canary, forms, given

Spell = Callable[[str], str | bytes]

SPELLINGS: dict[str, Spell] = {
    "plain": str,
    "UTF-16": lambda value: value.encode("utf-16"),
    "Latin-1": lambda value: value.encode("latin-1"),
    "in a URL": lambda value: f"postgresql://u:{quote(value, safe='')}@h/d",
    "in a form": lambda value: "password=" + quote_plus(value),
    "escaped for a URL twice": lambda value: quote(quote(value, safe=""), safe=""),
    "in JSON": json.dumps,
    "in JSON with UTF-8": lambda value: json.dumps(value, ensure_ascii=False).replace("/", "\\/"),
    "in JSON in JSON": lambda value: json.dumps(json.dumps({"password": value})),
    "as Python writes it": repr,
    "as Python writes its bytes": lambda value: repr(value.encode()),
    "in an SQL literal": lambda value: "'" + value.replace("'", "''") + "'",
    "in HTML": html.escape,
    "in hex": lambda value: value.encode().hex(),
    "in upper hex": lambda value: value.encode().hex().upper(),
    "cut short": lambda value: value[5:-3],
    "in base64": lambda value: base64.b64encode(value.encode()),
    "in base64 after a byte": lambda value: base64.b64encode(b"u" + value.encode() + b":"),
    "in base64 after two bytes": lambda value: base64.b64encode(b"u:" + value.encode()),
    "in base64 for URLs": lambda value: base64.urlsafe_b64encode(value.encode()),
    "JSON in base64": lambda value: base64.b64encode(json.dumps({"p": value}).encode()),
}


@pytest.mark.parametrize("spell", SPELLINGS.values(), ids=SPELLINGS.keys())
def test_a_secret_is_found_in_every_spelling(spell: Spell) -> None:
    secret = canary("planted")
    search = Search([secret, canary("other"), given("token", "muster_x")])
    written = spell(secret.value)
    data = written if isinstance(written, bytes) else written.encode()

    search.look("a place", "a file", b"before \0\xff" + data + b"\xfe after")

    assert {(hit.place, hit.where, hit.secret) for hit in search.hits} == {("a place", "a file", "planted")}


def test_a_secret_that_muster_made_is_found() -> None:
    key = given("key", base64.urlsafe_b64encode(b"\xfb\xff" * 16).decode())
    search = Search([key])
    search.look("a place", "a file", json.dumps([key.value]).encode())
    search.look("a place", "another", base64.b64encode(b"Bearer " + key.value.encode()))
    assert [hit.where for hit in search.hits] == ["a file", "another"]


def test_nothing_else_is_found_and_all_is_counted() -> None:
    search = Search([canary("planted")])
    search.look("a place", "a file", canary("other").value.encode())
    search.look("a place", "nothing", b"")
    assert (search.hits, search.pieces["a place"]) == ([], 2)
    assert search.bytes["a place"] == len(canary("other").value.encode())
    assert "a place" in search.table()


def test_what_is_found_is_named_and_not_repeated() -> None:
    secret = canary("planted")
    search = Search([secret])
    search.look("a place", "a file", secret.value.encode())
    assert secret.core not in repr(search.hits) + repr(secret) + search.table()


def test_every_form_is_long_enough_to_mean_something() -> None:
    assert min(len(form) for form in forms(canary("x").core).values()) >= 20

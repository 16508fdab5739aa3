"""The leak gate: no spelling of a secret comes through, and nothing else is touched."""

import base64
import json
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from app.core.domain.leaks import LeakGate, is_ordinary
from app.core.domain.secrets import MASK

TEXT = st.text(st.characters(exclude_categories=["Cs"]))
SECRET = st.text(st.characters(exclude_categories=["Cs"]), min_size=4, max_size=40).filter(
    lambda secret: secret.strip("*") != "" and not is_ordinary(secret)
)
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda children: st.lists(children, max_size=3) | st.dictionaries(st.text(), children, max_size=3),
    max_leaves=8,
)
# What a secret, a pair or an address is made of: more likely to meet at a bad place than random text.
AWKWARD = st.lists(
    st.sampled_from(
        [
            "*",
            MASK,
            "*a",
            "a",
            "password",
            "token",
            "=",
            ": ",
            "'",
            '"',
            "\\",
            "://",
            "@",
            " ",
            "%2a",
            "\\u0061",
        ]
    )
    | st.text(max_size=3)
).map("".join)

KEYS = ("password", "api_key", "Secret", "x")
SIGNS = ("=", "=>", ":=", ":", "::text = ", "")
VALUES = ("'hunter2'", "E'hunter2'", '"hunter2"', "hunter2", "'token=hunter2'", "('hunter2')")
FRAGMENTS = ("\\", "\n", "\t", "/", "+", "://u:p@h", "%41", "%4", " ", "'", "''", '"', '\\"')
# A key, a sign and a value amid what may stand around and between them.
PAIRS = st.tuples(
    st.sampled_from(FRAGMENTS) | st.text(max_size=2),
    st.sampled_from(KEYS),
    st.sampled_from(("", "", *FRAGMENTS)),
    st.sampled_from(SIGNS),
    st.sampled_from(("", " ", *FRAGMENTS)),
    st.sampled_from(VALUES),
    st.sampled_from(FRAGMENTS) | st.text(max_size=2),
).map("".join)


def few(examples: int) -> settings:
    """So many of each case; how fast the machine is does not matter."""
    return settings(max_examples=examples, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def _lower_hex(text: str) -> str:
    return re.sub("%..", lambda found: found[0].lower(), text)


SPELLINGS: dict[str, Callable[[str], str]] = {
    "plain": str,
    "quote": lambda secret: quote(secret, safe=""),
    "quote with slashes": quote,
    "quote in lower case": lambda secret: _lower_hex(quote(secret, safe="")),
    "quote_plus": quote_plus,
    "quote_plus in lower case": lambda secret: _lower_hex(quote_plus(secret)),
    "JSON in ASCII": lambda secret: json.dumps(secret)[1:-1],
    "JSON": lambda secret: json.dumps(secret, ensure_ascii=False)[1:-1],
    "SQL literal": lambda secret: secret.replace("'", "''"),
}


@pytest.mark.parametrize("spell", SPELLINGS.values(), ids=SPELLINGS.keys())
@few(40)
@given(secret=SECRET, before=TEXT, after=TEXT)
def test_no_spelling_of_a_secret_comes_through(
    spell: Callable[[str], str], secret: str, before: str, after: str
) -> None:
    gate = LeakGate([secret])
    for mask in (gate.text, gate.catalog_text):
        masked = mask(before + spell(secret) + after)
        assert MASK in masked
        assert secret not in masked
        assert spell(secret) not in masked
    assert gate.redactions >= 2


@pytest.mark.parametrize("encode", [base64.b64encode, base64.urlsafe_b64encode])
@pytest.mark.parametrize("is_padded", [True, False])
@few(50)
@given(secret=SECRET, before=st.binary(max_size=9), after=st.binary(max_size=9))
def test_base64_is_found_at_every_alignment(
    encode: Callable[[bytes], bytes], is_padded: bool, secret: str, before: bytes, after: bytes
) -> None:
    encoded = encode(before + secret.encode() + after).decode()
    text = encoded if is_padded else encoded.rstrip("=")
    masked = LeakGate([secret]).text(f"Authorization: Basic {text} was refused")
    whole_characters = text[-(-len(before) * 8 // 6) : (len(before) + len(secret.encode())) * 8 // 6]
    assert MASK in masked
    assert whole_characters not in masked


@few(200)
@given(secrets=st.lists(st.text() | AWKWARD), text=st.text() | AWKWARD)
def test_masking_twice_is_masking_once(secrets: list[str], text: str) -> None:
    for name in ("text", "catalog_text"):
        once = getattr(LeakGate(secrets), name)(text)
        again = LeakGate(secrets)
        assert getattr(again, name)(once) == once
        assert again.redactions == 0


class Thorough(LeakGate):
    """Looks closely at everything, whatever is in it."""

    def _has_trace(self, text: str) -> bool:
        return True


@few(500)
@given(secrets=st.lists(st.text(min_size=1) | AWKWARD, max_size=3), said=PAIRS, in_ascii=st.booleans())
@example(secrets=[], said='{"password": "hunter2"}', in_ascii=False)
@example(secrets=["with space"], said="with%20space", in_ascii=False)
def test_what_needs_no_close_look_has_nothing_to_mask(secrets: list[str], said: str, in_ascii: bool) -> None:
    line = json.dumps({"name": "t", "columns": [{"default": said}]}, ensure_ascii=in_ascii).encode(
        "utf-8", "surrogatepass"
    )
    quick, thorough = LeakGate(secrets), Thorough(secrets)
    assert quick.document(line) == thorough.document(line)
    assert quick.catalog_text(said) == thorough.catalog_text(said)
    assert quick.text(said) == thorough.text(said)
    assert quick.redactions == thorough.redactions


@pytest.mark.parametrize(
    "line",
    [b"password=hunter2", b'"token: hunter2"', b"[1, 'api_key = hunter2']"],
    ids=["text", "string", "list"],
)
def test_what_is_no_object_is_looked_at_closely(line: bytes) -> None:
    assert LeakGate([]).document(line) == Thorough([]).document(line)


@few(200)
@given(secrets=st.lists(st.text()), line=st.binary() | ANYTHING.map(lambda value: json.dumps(value).encode()))
def test_no_line_is_too_strange(secrets: list[str], line: bytes) -> None:
    gate = LeakGate(secrets)
    assert gate.document(gate.document(line)) == gate.document(line)


@few(200)
@given(text=st.text("xyz .,;/%'\"\\{}[]()+*é\n\t0123456789"))
def test_a_text_without_a_secret_stays_as_it_is(text: str) -> None:
    gate = LeakGate(["Canary-pw", "d'Artagnan", "two words"])
    assert gate.text(text) == gate.catalog_text(text) == text
    line = json.dumps({"comment": text}).encode()
    assert gate.document(line) is line
    assert gate.redactions == 0


def shape(value: Any) -> Any:
    """What must not change: everything but what the texts say."""
    if isinstance(value, dict):
        return {key: shape(item) for key, item in value.items()}
    if isinstance(value, list):
        return [shape(item) for item in value]
    return str if isinstance(value, str) else repr(value)


def texts(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [text for item in value.values() for text in texts(item)]
    if isinstance(value, list):
        return [text for item in value for text in texts(item)]
    return [value] if isinstance(value, str) else []


@pytest.mark.parametrize("spell", SPELLINGS.values(), ids=SPELLINGS.keys())
@pytest.mark.parametrize("in_ascii", [True, False])
@few(30)
@given(secret=SECRET, rest=ANYTHING, before=TEXT, after=TEXT)
def test_a_document_stays_a_document(
    spell: Callable[[str], str], in_ascii: bool, secret: str, rest: Any, before: str, after: str
) -> None:
    told = before + spell(secret) + after
    document = {"type": "dataset", "kind": "VIEW", "name": told, "columns": [{"default": told}], "rest": rest}
    line = json.dumps(document, ensure_ascii=in_ascii).encode("utf-8", "surrogatepass")
    gate = LeakGate([secret])
    masked = json.loads(gate.document(line))
    assert shape(masked) == shape(document)
    assert (masked["type"], masked["kind"]) == ("dataset", "VIEW")
    assert masked["name"] == gate.catalog_text(told)
    said = [text for key in ("name", "columns", "rest") for text in texts(masked[key])]
    assert not any(secret in text or spell(secret) in text for text in said)


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("password=hunter2 user=ann", "password=******** user=ann"),
        ("Pwd = hunter2;Database=x", "Pwd = ********;Database=x"),
        ('{"db_password": "a\\"b", "port": 1}', '{"db_password": "********", "port": 1}'),
        ("api_key: 'it''s', x", "api_key: '********', x"),
        ('said "{\\"token\\": \\"t1\\"}"', 'said "{\\"token\\": \\"********\\"}"'),
        ("https://x.org/?access-key=k1&page=2", "https://x.org/?access-key=********&page=2"),
        (f"token='{'x y ' * 400}'", f"token='{MASK}'{'x y ' * 150}'"),
        ("secret := t0", "secret := ********"),
        ("no mysql://ann:p@ss@db:3306/x", "no mysql://********@db:3306/x"),
        ("clone https://ghp_1@example.org/a", "clone https://********@example.org/a"),
        ('password authentication failed for user "ann"', None),
        ("Access denied for user 'ann'@'db' (using password: YES)", None),
        ("password=********", None),
        ("postgresql://***@db:5432/x", "postgresql://***@db:5432/x"),
    ],
)
def test_pairs_and_user_info_in_a_text(text: str, masked: str | None) -> None:
    assert LeakGate([]).text(text) == (masked or text)


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("((u.password)::text = 'x'::text)", "((u.password)::text = '********'::text)"),
        ("\"token\" = E'x'", "\"token\" = E'********'"),
        ("dblink('host=a password=pw user=b'::text)", "dblink('host=a password=******** user=b'::text)"),
        ('\'{"password": "x"}\'::jsonb', '\'{"password": "********"}\'::jsonb'),
        ("'postgres://ann:pw@db'", "'postgres://********@db'"),
        ("ON a.token = b.token", None),
        ('password = "Column"', None),
        ("password=other -- don't", None),
        ("'password: ' || u.name || ' end'", None),
        ("'{\"password\": \"' || u.name || '\"}'", None),
        ("token = ''", None),
        ("password: at least 8 characters", None),
    ],
)
def test_in_the_catalog_only_literals_are_masked_after_a_key(text: str, masked: str | None) -> None:
    assert LeakGate([]).catalog_text(text) == (masked or text)


def test_a_short_secret_is_masked_as_a_word_and_in_the_catalog_as_a_literal() -> None:
    gate = LeakGate(["a", "p%2"])
    assert gate.text("a banana was refused: a, p%2, p%252, YQ==") == (
        f"{MASK} banana was refused: {MASK}, {MASK}, {MASK}, {MASK}"
    )
    assert gate.catalog_text("SELECT a.a FROM a WHERE b = 'a'") == f"SELECT a.a FROM a WHERE b = '{MASK}'"


def test_an_ordinary_word_as_password_hides_no_name_of_the_catalog() -> None:
    line = b'{"type":"dataset","schema":"postgres","name":"my_postgres","columns":[{"name":"postgres"}]}'
    gate = LeakGate(["postgres"])
    assert gate.document(line) == line
    assert gate.text("the password postgres was refused") == f"the password {MASK} was refused"


def test_a_field_named_like_a_secret_has_its_value_masked() -> None:
    gate = LeakGate(["hunter2"])
    assert gate.fields("db_password", "x") == ("db_password", MASK)
    assert gate.fields("url-hunter2", "at hunter2") == (f"url-{MASK}", f"at {MASK}")
    assert gate.redactions == 3


def test_every_masked_value_is_counted() -> None:
    gate = LeakGate(["hunter2", "other-pw"])
    gate.text("hunter2 and other-pw, token=x, pg://u:p@h")
    assert gate.redactions == 4

"""The leak gate: masks secrets in what a source made a run say, before any of it is stored. Pure.

Masked are an endpoint's secret values, as they are, percent-encoded, JSON-escaped or in base64, inside longer
base64 too; the user info of URLs; and the values of pairs like `password=…`. Two rules keep a catalog useful:

- An ordinary secret (very short, or one plain word) is masked as a whole word of a text, and in a catalog
  document only as a whole quoted literal: the password "postgres" hides no schema of that name.
- In a catalog document a pair's value is masked only where it cannot be an identifier: a quoted SQL literal
  (`token = 'x'`), a JSON pair (`"token": "x"`), or `token=x` within an SQL literal (a connection string).
"""

import base64
import json
import re
from collections.abc import Callable, Iterable
from functools import cached_property
from typing import Any

from app.core.domain.secrets import MASK, USER_INFO

# A word of letters, a number, or very few characters: a name as likely as a password.
_ORDINARY = re.compile(r"(?s).{0,3}|[A-Za-z_]{1,15}|[0-9]{1,15}")
# What a document says in Muster's own words, not the source's.
_OWN_WORDS = frozenset({"type", "kind"})

_KEY_WORDS = ("passw", "passphrase", "pwd", "secret", "token", "api", "access", "private")
_KEY = r"(?:password|passwd|passphrase|pwd|secret|token|(?:api|access|secret|private)[_-]?key)"
_ENDS_AS_KEY = re.compile(rf"(?i){_KEY}\Z")
# After the key: the quote that closes it, PostgreSQL's cast, and the sign.
_ASSIGNED = (
    rf"(?i:{_KEY})"
    r"""\\{0,4}["'`\]]?(?:\)?::[\w ]{1,30}\)?)?[ \t\r\n]{0,8}(?:=>|:=|==?|:(?!:))[ \t\r\n]{0,8}"""
)
# Not "using password: YES", as MySQL says, nor a flag's value.
_BARE = r"""(?!(?i:yes|no|true|false|null|none)\b)[^\s"'`,;&<>|)\]}\\]+"""
# Bounded, lest many keys without a closing quote take for ever; what is longer is masked up to there.
_IN_QUOTES = r"(?:(?!(?P=quote))\\.|(?P=quote)(?P=quote)|(?!(?P=quote)).)"
_QUOTED = (
    r"""(?P<quote>\\{0,4}["'`])"""
    rf"(?P<value>{_IN_QUOTES}{{1000}}|{_IN_QUOTES}{{1,999}}(?=(?P=quote)))(?P=quote)?"
)
_TEXT_PAIRS = (
    re.compile(rf"(?s)(?P<before>{_ASSIGNED}){_QUOTED}"),
    re.compile(rf"""(?P<before>{_ASSIGNED}\\{{0,4}}["'`]?)(?P<value>{_BARE})"""),
)
# A lone ' would be the end of an SQL literal around the pair.
_JSON_PAIR = re.compile(
    rf"""(?s)(?P<before>(?i:{_KEY})\\{{0,4}}"[ \t\r\n]{{0,8}}:[ \t\r\n]{{0,8}})"""
    r"""(?P<quote>\\{0,4}")(?P<value>(?:''|(?!(?P=quote))(?:\\.|[^'\\])){1,1000})(?P=quote)"""
)
_BARE_PAIR = re.compile(rf"(?P<before>(?i:{_KEY})=)(?P<value>{_BARE})")
# What stands before an SQL literal that a key is compared with or set to; E'…', N'…' and _utf8mb4'…' as well.
_ENDS_ASSIGNED = re.compile(rf"{_ASSIGNED}(?:[A-Za-z_]\w{{0,15}})?\Z")
_LOOK_BACK = 120
# The other sign that may stand before a literal, where there is no equals sign at all.
_ENDS_WITH_COLON = re.compile(r":[ \t\r\n]{0,8}(?:[A-Za-z_]\w{0,15})?\Z")
_COLON_LOOK_BACK = 32
_PERCENT_ENCODED = re.compile("%[0-9A-Fa-f]{2}")
_SQL_TOKEN = re.compile(r"""(?s)--[^\n]*|/\*(?:.*?\*/|.*)|"[^"]*"?|(?P<literal>'(?:[^']|'')*'?)""")

_SHORT_ESCAPES = {
    '"': r"\\\"",
    "\\": r"\\\\",
    "/": r"\\/",
    "\b": r"\\b",
    "\f": r"\\f",
    "\n": r"\\n",
    "\r": r"\\r",
    "\t": r"\\t",
    "'": r"''|\\'",  # SQL's, MySQL's
    " ": r"\+",  # a form's
}
_BASE64_SPELLINGS = {"+": r"(?:[+-]|%2[bB])", "/": r"(?:\\?/|_|%2[fF])"}


class LeakGate:
    """Masks what must not be stored, and counts what it masked. One gate serves one thread.

    Masking twice is masking once. A secret of asterisks only is not looked for: it looks as a mask does.
    """

    def __init__(self, secrets: Iterable[str]) -> None:
        """`secrets` are an endpoint's secret values in plain text."""
        self._secrets = sorted({secret for secret in secrets if secret.strip("*")}, key=len, reverse=True)
        self.redactions = 0
        self._traces = tuple({trace for secret in self._secrets for trace in _traces(secret)})

    def text(self, text: str) -> str:
        """`text` (a log line, an error, a progress text) with every secret masked."""
        if not (self._has_trace(text) or _has_key_word(text)):
            return text
        return self._until_stable(text, self._mask_text)

    def fields(self, key: str, value: str) -> tuple[str, str]:
        """A named text, both parts masked; all of the value when the name is one like `password`."""
        clean = self.text(value)
        if _ENDS_AS_KEY.search(key) and clean.strip("*"):
            self.redactions += 1
            clean = MASK
        return self.text(key), clean

    def catalog_text(self, text: str) -> str:
        """A name or text of the catalog with every secret masked, identifiers after `password =` kept."""
        if not (self._has_trace(text) or _may_have_pair(text, has_quotes='"' in text)):
            return text
        return self._until_stable(text, self._mask_document_text)

    def document(self, line: bytes) -> bytes:
        """A JSON document with the secrets in its texts masked: the same bytes when there are none, else the
        same structure. What is no JSON is masked as a text."""
        text = line.decode("utf-8", "surrogateescape")
        if not self._may_document_hold(text):
            return line
        before = self.redactions
        try:
            masked = json.dumps(self._walk_document(text), ensure_ascii=False, separators=(",", ":"))
        except (ValueError, RecursionError):
            return self.text(text).encode("utf-8", "surrogateescape")
        # Half a surrogate pair came as an escape, and goes as one.
        return line if self.redactions == before else masked.encode("utf-8", "backslashreplace")

    # Most gates meet nothing to look at closely, and to compile a search takes longer than all that they do.
    @cached_property
    def _text_search(self) -> re.Pattern[str]:
        return _secret_search(self._secrets, short=r"(?<!\w){}(?!\w)")

    @cached_property
    def _document_search(self) -> re.Pattern[str]:
        return _secret_search(self._secrets, short="(?<='){}(?=')")

    def _may_document_hold(self, text: str) -> bool:
        """False for most documents, at a small part of what parsing one costs; never for one with something
        to mask. `text` is the JSON; of its escapes the two common ones are undone, any other is suspect."""
        if not text.startswith("{"):
            return True
        has_quotes = False
        if "\\" in text:
            has_quotes = '\\"' in text
            text = text.replace("\\n", "\n").replace('\\"', '"')
        return self._has_trace(text) or _may_have_pair(text, has_quotes)

    def _has_trace(self, text: str) -> bool:
        """False only where neither a secret nor the user info of a URL can be: JSON escapes with a backslash,
        URLs with a percent sign."""
        # one character is looked for far faster than several
        if "\\" in text or ("/" in text and "://" in text):
            return True
        if "%" in text and _PERCENT_ENCODED.search(text):
            return True
        for trace in self._traces:  # noqa: SIM110 - any() with a generator takes twice as long
            if trace in text:
                return True
        return False

    def _walk_document(self, text: str) -> Any:
        document = json.loads(text)
        if not isinstance(document, dict):
            return self._walk(document)
        return {key: item if key in _OWN_WORDS else self._walk(item) for key, item in document.items()}

    def _walk(self, value: Any) -> Any:
        if isinstance(value, str):
            return self.catalog_text(value)
        if isinstance(value, list):
            return [self._walk(item) for item in value]
        if isinstance(value, dict):
            return {key: self._walk(item) for key, item in value.items()}
        return value

    def _until_stable(self, text: str, mask: Callable[[str], str]) -> str:
        """Masked until nothing more is found: every hit turns something into asterisks, so that this ends."""
        while (masked := mask(text)) != text:
            text = masked
        return text

    def _mask_text(self, text: str) -> str:
        text = self._mask(self._text_search, text)
        return self._mask_values(_TEXT_PAIRS, text)

    def _mask_document_text(self, text: str) -> str:
        text = self._mask(self._document_search, text)
        text = self._mask_values((_JSON_PAIR,), text)
        return _SQL_TOKEN.sub(self._mask_literal, text)

    def _mask_literal(self, token: re.Match[str]) -> str:
        literal: str | None = token["literal"]
        if literal is None:
            return token[0]
        if not _ENDS_ASSIGNED.search(token.string[max(0, token.start() - _LOOK_BACK) : token.start()]):
            return self._mask_values((_BARE_PAIR,), literal)
        if not literal.strip("'*"):
            return literal
        self.redactions += 1
        return f"'{MASK}'"

    def _mask(self, search: re.Pattern[str], text: str) -> str:
        def mask(_: re.Match[str]) -> str:
            self.redactions += 1
            return MASK

        return search.sub(mask, text)

    def _mask_values(self, pairs: Iterable[re.Pattern[str]], text: str) -> str:
        def mask(pair: re.Match[str]) -> str:
            if not pair["value"].strip("*"):
                return pair[0]
            self.redactions += 1
            parts = pair.groupdict("")
            quote = parts.get("quote", "")
            return f"{parts['before']}{quote}{MASK}{quote}"

        for pattern in pairs:
            text = pattern.sub(mask, text)
        return text


def _may_have_pair(text: str, has_quotes: bool) -> bool:
    """False only where a catalog's text can hold no pair whose value is masked: that takes a key, and a JSON
    pair's quotes, or an SQL literal within or before which there is a sign."""
    return (has_quotes or _has_signed_literal(text)) and _has_key_word(text)


def _has_signed_literal(text: str) -> bool:
    if "'" not in text:
        return False
    if "=" in text:
        return True
    before_quotes = text.split("'")[:-1]
    return any(_ENDS_WITH_COLON.search(before[-_COLON_LOOK_BACK:]) for before in before_quotes)


def _has_key_word(text: str) -> bool:
    lowered = text.lower()
    return any(word in lowered for word in _KEY_WORDS)


def is_ordinary(secret: str) -> bool:
    """Whether a secret is so short or plain that it stands in many a text without having leaked."""
    return _ORDINARY.fullmatch(secret) is not None


def _secret_search(secrets: list[str], short: str) -> re.Pattern[str]:
    """One search for all of them, and for user info. `short` is where an ordinary secret may stand."""
    forms = []
    for secret in secrets:
        spellings = "|".join([_spelled(secret), *_base64_forms(secret)])
        form = f"(?:{spellings})"
        forms.append(short.format(form) if is_ordinary(secret) else form)
    return re.compile("|".join([*forms, USER_INFO]))


def _spelled(secret: str) -> str:
    """Each character as it is, percent-encoded or escaped: any mixture, whatever the case of the digits."""
    return "".join(f"(?:{'|'.join(_character_forms(character))})" for character in secret)


def _character_forms(character: str) -> list[str]:
    """The longest first: `\\\\` is one backslash before it is two."""
    encoded = character.encode("utf-8", "surrogatepass")
    units = character.encode("utf-16-be", "surrogatepass")
    percent = "".join(f"%{_hex(byte)}" for byte in encoded)
    unicode_escape = "".join(
        rf"\\u{_hex(high)}{_hex(low)}" for high, low in zip(*[iter(units)] * 2, strict=True)
    )
    escapes = [_SHORT_ESCAPES[character]] if character in _SHORT_ESCAPES else []
    return [unicode_escape, percent, *escapes, re.escape(character)]


def _hex(byte: int) -> str:
    return "".join(digit if digit.isdigit() else f"[{digit}{digit.upper()}]" for digit in f"{byte:02x}")


def _base64_forms(secret: str) -> list[str]:
    """The secret in base64. An ordinary one only as a whole value; else at each alignment in longer base64,
    with the characters at both ends that it shares with its neighbours."""
    if is_ordinary(secret):
        return [_base64_pattern(_base64(secret).rstrip("=")) + "={0,2}"]
    shared = "[A-Za-z0-9+/_-]?"
    return [f"{shared}{_base64_pattern(core)}{shared}={{0,2}}" for core in _base64_cores(secret)]


def _base64_pattern(text: str) -> str:
    return "".join(_BASE64_SPELLINGS.get(character, character) for character in text)


def _base64(text: str, offset: int = 0) -> str:
    return base64.b64encode(bytes(offset) + text.encode("utf-8", "surrogatepass")).decode()


def _base64_cores(secret: str) -> list[str]:
    """What every base64 text with the secret in it contains, by the secret's offset in a group of three."""
    length = len(secret.encode("utf-8", "surrogatepass"))
    return [_base64(secret, offset)[-(-offset * 8 // 6) : (offset + length) * 8 // 6] for offset in range(3)]


def _traces(secret: str) -> set[str]:
    """Texts of which one is in every text that holds the secret in some form, escapes aside."""
    plain = {secret, secret.replace("'", "''")}
    if " " in secret:
        plain.add("+")
    if "'" in secret:
        plain.add("''")
    cores = [_base64(secret).rstrip("=")] if is_ordinary(secret) else _base64_cores(secret)
    return plain | {form for core in cores for form in (core, core.translate(_URL_SAFE))}


_URL_SAFE = str.maketrans("+/", "-_")

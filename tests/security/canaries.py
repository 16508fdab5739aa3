"""Secrets that are planted on purpose, and the search for them in whatever Muster says or keeps.

A canary's value is a core of letters and digits between characters that every spelling changes. No spelling
leaves the core out, so that looking for the core, as it is, in base64 at each of its three alignments, in hex
and in UTF-16, finds the value in whatever spelling it stands, and parts of it as well.
"""

import base64
import secrets
from collections import Counter
from dataclasses import dataclass, field

MARKER = "Qz7Canary"
HEAD, TAIL = "é'\"/\\%41 +&=?#@:;,<{", "}>`$|~%s ü"


@dataclass(frozen=True)
class Secret:
    """What must not be seen. `core` is the part of its value that is searched for."""

    name: str
    value: str = field(repr=False)
    core: str = field(repr=False)


def canary(name: str) -> Secret:
    """A new secret, unlike every other."""
    core = MARKER + secrets.token_hex(8)
    return Secret(name, HEAD + core + TAIL, core)


def given(name: str, value: str) -> Secret:
    """A secret that Muster made: ASCII letters, digits, - and _; a Fernet key's padding is left out."""
    return Secret(name, value, value.rstrip("="))


def forms(core: str) -> dict[str, bytes]:
    """How `core` is written, whatever stands before and behind it."""
    plain = core.encode()
    found = {"plain": plain, "hex": plain.hex().encode(), "HEX": plain.hex().upper().encode()}
    for shift in range(3):
        encoded = base64.b64encode(b"\0" * shift + plain)
        # only characters that are made of the core's bits alone
        found[f"base64+{shift}"] = encoded[-(-8 * shift // 6) : 8 * (shift + len(plain)) // 6]
    return {**found, "UTF-16": core.encode("utf-16-le")}


@dataclass(frozen=True)
class Hit:
    """Where a secret was found. Says the secret's name, never its value."""

    place: str
    where: str
    secret: str
    form: str


class Search:
    """Looks for secrets, and counts what it looked at: by kind of place, the pieces and their bytes."""

    def __init__(self, secrets: list[Secret]) -> None:
        self.hits: list[Hit] = []
        self.pieces: Counter[str] = Counter()
        self.bytes: Counter[str] = Counter()
        self._secrets = {secret.name: forms(secret.core) for secret in secrets}
        assert len(self._secrets) == len(secrets), "two secrets have the same name"
        self._canaries = {secret.name for secret in secrets if secret.core.startswith(MARKER)}
        self._marker_forms = list(forms(MARKER).values())

    def look(self, place: str, where: str, data: bytes) -> None:
        """Search `data`, which is `where` in this kind of place."""
        self.pieces[place] += 1
        self.bytes[place] += len(data)
        has_canary = any(form in data for form in self._marker_forms)
        for name, needles in self._secrets.items():
            if has_canary or name not in self._canaries:
                self.hits += [
                    Hit(place, where, name, form) for form, needle in needles.items() if needle in data
                ]

    def table(self) -> str:
        """What was searched, a line for each kind of place."""
        form_count = len(forms(MARKER))
        lines = [f"{'place':<28}{'pieces':>8}{'bytes':>14}{'secrets':>9}{'forms':>7}{'found':>7}"]
        for place in sorted(self.pieces):
            found = sum(hit.place == place for hit in self.hits)
            lines.append(
                f"{place:<28}{self.pieces[place]:>8}{self.bytes[place]:>14,}"
                f"{len(self._secrets):>9}{form_count:>7}{found:>7}"
            )
        return "\n".join(lines)

"""What a run staged, as its index tells it, and whether that is all there was. Pure.

The index is a list of lines: one per dataset that was read, per object that could not be read, per parent
(database, schema) that was listed, and an end marker with the collector's own counts. Only an index whose
counts agree may become the catalog's truth.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from app.core.domain.catalog import dataset_identity
from app.core.domain.runs import RunErrorCode

IndexLine = Mapping[str, Any]
Scope = tuple[str | None, str | None]

WARNINGS_KEPT = 100


class StagingRefused(Exception):
    """Staged records that must not be merged. The message is a sentence for a person and holds no secret."""

    def __init__(self, code: RunErrorCode, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


@dataclass(frozen=True)
class ScopeFinding:
    """One parent that a run looked into. Only what a complete one lacks is really gone from the source."""

    database: str | None
    schema: str | None
    is_confirmed: bool
    is_complete: bool


@dataclass
class StagedIndex:
    """The lines seen so far, counted. Memory grows with failures and parents, not with datasets."""

    datasets: int = 0
    columns: int = 0
    failed: int = 0
    failed_identities: set[bytes] = field(default_factory=set)
    _failures: list[IndexLine] = field(default_factory=list)
    _unread: list[IndexLine] = field(default_factory=list)
    _unread_scopes: set[Scope] = field(default_factory=set)
    _listed: dict[Scope, int] = field(default_factory=dict)
    _accounted: Counter[Scope] = field(default_factory=Counter)
    _seen_scopes: set[Scope] = field(default_factory=set)
    _end: IndexLine | None = None

    def add(self, line: IndexLine) -> None:
        """Count one line. Raises StagingRefused for a line that cannot be there."""
        kind = line.get("type")
        if self._end is not None:
            raise _incomplete("there are records after the end marker")
        if kind == "dataset":
            self._add_dataset(line)
        elif kind == "failure":
            self._add_failure(line)
        elif kind == "listing":
            self._add_listing(line)
        elif kind == "end":
            self._end = line
        else:
            raise _incomplete(f"there is a record of the unknown type “{kind}”")

    def _add_dataset(self, line: IndexLine) -> None:
        self.datasets += 1
        self.columns += line.get("columns") or 0
        self._accounted[scope_of(line)] += 1
        self._seen_scopes.add(scope_of(line))

    def _add_failure(self, line: IndexLine) -> None:
        self.failed += 1
        self._accounted[scope_of(line)] += 1
        if line["name"] is None:
            self._unread_scopes.add(scope_of(line))
        else:
            self.failed_identities.add(identity_of(line))
        if len(self._failures) < WARNINGS_KEPT:
            self._failures.append(line)

    def _add_listing(self, line: IndexLine) -> None:
        if line["ok"]:
            self._listed[scope_of(line)] = line["listed"]
            return
        self._unread_scopes.add(scope_of(line))
        if len(self._unread) < WARNINGS_KEPT:
            self._unread.append(line)

    def verify(self) -> None:
        """Raises StagingRefused unless the index has its end marker, agrees with it, and listed something.

        Nothing listed at all is a failure of the run when a listing failed: it says nothing of the source.
        """
        end = self._end
        if end is None:
            raise _incomplete("the end marker is missing")
        for count, found in (("datasets", self.datasets), ("failed", self.failed)):
            if end[count] != found:
                raise _incomplete(f"{end[count]} {count} were announced and {found} are there")
        if end["listed"] != self.datasets + self.failed + self.filtered:
            raise _incomplete(
                f"the source listed {end['listed']} objects, but {self.datasets} were read, "
                f"{self.failed} failed and {self.filtered} were filtered"
            )
        if not self._listed.keys() - self._unread_scopes and self.is_partial:
            reason = next((line.get("reason") for line in (*self._unread, *self._failures)), None)
            raise StagingRefused(
                RunErrorCode.SOURCE_ERROR,
                f"Nothing of the source could be listed: {reason or 'it gave no reason.'}",
            )

    @property
    def filtered(self) -> int:
        """Objects that were listed and left out on purpose."""
        return int(self._end["filtered"]) if self._end else 0

    @property
    def is_partial(self) -> bool:
        """Whether something of the source could not be read."""
        return self.failed > 0 or bool(self._unread_scopes)

    @property
    def knows_all_scopes(self) -> bool:
        """Whether the list of parents itself was read in full."""
        return bool(self._end and self._end["complete_scope"])

    def scopes(self) -> list[ScopeFinding]:
        """The parents that the run looked into; confirmed are those that it listed or saw a dataset of.

        A parent is complete when its listing succeeded and every listed object was read or failed: of an
        object that was filtered the index has no name, so nothing can be said to be absent beside it.
        """
        return [
            ScopeFinding(
                *scope,
                is_confirmed=scope in self._seen_scopes or scope not in self._unread_scopes,
                is_complete=scope not in self._unread_scopes
                and self._listed.get(scope) == self._accounted[scope],
            )
            for scope in {*self._listed, *self._seen_scopes, *self._unread_scopes}
        ]

    def warnings(self) -> list[tuple[str, dict[str, Any]]]:
        """What could not be read and why, as sentences with their fields; the rest as a count."""
        lines = [
            (f"The listing of {_words(line)} failed: {line.get('reason')}", _fields(line))
            for line in self._unread
        ]
        lines += [
            (f"{_words(line)} could not be read: {line['reason']}", _fields(line)) for line in self._failures
        ]
        left_out = self.failed - len(self._failures)
        if left_out:
            lines.append((f"{left_out} more objects could not be read.", {"objects": left_out}))
        return lines


def scope_of(line: IndexLine) -> Scope:
    """The parent that a line belongs to."""
    return line.get("database"), line.get("schema")


def identity_of(line: IndexLine) -> bytes:
    """The identity of the dataset that a line names."""
    return dataset_identity(line.get("database"), line.get("schema"), line["name"])


def _words(line: IndexLine) -> str:
    parts = [line.get("schema") or line.get("database"), line.get("name")]
    return ".".join(part for part in parts if part) or "the source"


def _fields(line: IndexLine) -> dict[str, Any]:
    return {key: line[key] for key in ("database", "schema", "name", "code") if line.get(key)}


def _incomplete(detail: str) -> StagingRefused:
    return StagingRefused(RunErrorCode.STAGING_INCOMPLETE, f"The staged records are not complete: {detail}.")

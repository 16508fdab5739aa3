"""What a run's staged records say: what was seen, what failed, and what is really gone. Pure."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from app.core.domain.catalog import dataset_identity
from app.core.domain.runs import RunErrorCode
from app.core.domain.staged_document import storable

# How many of a run's failures are kept with their reasons; the others are only counted.
MAX_FAILURES = 10_000

# One record of the staging index: `type` is failure, listing or filtered.
IndexRecord = Mapping[str, Any]
# A parent's database and schema, as PostgreSQL can store them: those that cannot be told apart there are one.
Scope = tuple[str | None, str | None]


class StagingRefused(Exception):
    """Staged records that must not be merged. The message is a sentence for a person and holds no secret."""

    def __init__(self, code: RunErrorCode, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


@dataclass(frozen=True)
class ScopeFinding:
    """One parent (database, schema) that a run met. Confirmed: it was listed, or a dataset of it was seen.
    Complete: what the run did not meet in it is gone from the source. Limited: the account may not see all of
    it."""

    database: str | None
    schema: str | None
    is_confirmed: bool
    is_complete: bool
    is_limited: bool


@dataclass(frozen=True)
class Failure:
    """What was listed and could not be read; `name` None: the schema itself."""

    database: str | None
    schema: str | None
    name: str | None
    code: str
    reason: str


@dataclass
class StagedIndex:
    """What was found so far, counted. Memory grows with failures and parents, not with datasets."""

    datasets: int = 0
    columns: int = 0
    failed: int = 0
    filtered: int = 0
    hidden: int = 0
    failed_identities: set[bytes] = field(default_factory=set)
    failures: list[Failure] = field(default_factory=list)
    _first_reason: str | None = None
    _unread_scopes: set[Scope] = field(default_factory=set)
    _filtered_scopes: set[Scope] = field(default_factory=set)
    _seen_scopes: set[Scope] = field(default_factory=set)
    _listed: dict[Scope, int] = field(default_factory=dict)
    _complete_scopes: set[Scope] = field(default_factory=set)
    _accounted: Counter[Scope] = field(default_factory=Counter)

    def add_datasets(self, scope: Scope, datasets: int, columns: int) -> None:
        """Count the datasets that were seen in a parent, and their columns."""
        self.datasets += datasets
        self.columns += columns
        self._accounted[scope] += datasets
        self._seen_scopes.add(scope)

    def add_hidden(self, scope: Scope, datasets: int) -> None:
        """Count datasets that the catalog has and the source did not show, where it need not show all."""
        self.hidden += datasets
        self._add_failure(
            Failure(*scope, None, RunErrorCode.SOURCE_PERMISSION_DENIED, _HIDDEN.format(datasets))
        )

    def add(self, record: IndexRecord) -> None:
        """Count one record. Raises StagingRefused for one of an unknown type."""
        scope = _scope_of(record)
        match record["type"]:
            case "failure":
                self.failed += 1
                self._accounted[scope] += 1
                self._add_failure(Failure(*scope, record["name"], record["code"], record["reason"]))
                if record["name"] is None:
                    self._unread_scopes.add(scope)
                else:
                    self.failed_identities.add(identity_of(record))
            case "filtered":
                self.filtered += record["count"]
                self._filtered_scopes.add(scope)
            case "listing":
                self._add_listing(scope, record)
            case unknown:
                raise incomplete(f"there is a record of the unknown type “{unknown}”")

    def _add_listing(self, scope: Scope, record: IndexRecord) -> None:
        if not record["ok"]:
            self._unread_scopes.add(scope)
            # the objects of such a listing are failures of their own
            if not record["listed"]:
                reason = record["reason"] or "It could not be listed."
                self._add_failure(Failure(*scope, None, RunErrorCode.SOURCE_ERROR, reason))
            return
        # two names that were masked, or are stored, alike are one scope from here on
        self._listed[scope] = self._listed.get(scope, 0) + record["listed"]
        if record["complete"]:
            self._complete_scopes.add(scope)

    def _add_failure(self, failure: Failure) -> None:
        self._first_reason = self._first_reason or failure.reason
        if len(self.failures) < MAX_FAILURES:
            self.failures.append(failure)

    def check_something_was_listed(self) -> None:
        """Raises StagingRefused when no listing succeeded: such a run says nothing of the source."""
        if self.is_partial and not self._listed.keys() - self._unread_scopes:
            raise StagingRefused(
                RunErrorCode.SOURCE_ERROR,
                f"Nothing of the source could be listed: {self._first_reason or 'it gave no reason.'}",
            )

    @property
    def is_partial(self) -> bool:
        """Whether something of the source could not be read, or was listed and never met, or was known before
        and may be hidden."""
        return bool(self.failed or self.hidden or self._unread_scopes or self.unaccounted_scopes())

    def unaccounted_scopes(self) -> list[Scope]:
        """The parents of which as many objects were listed as were read or failed: not these."""
        met = {*self._listed, *self._accounted} - self._unread_scopes
        return [scope for scope in met if self._listed.get(scope) != self._accounted[scope]]

    @property
    def unread_scopes(self) -> int:
        """How many parents could not be listed."""
        return len(self._unread_scopes)

    def scopes(self) -> list[ScopeFinding]:
        """The parents that the run met, those that were left out on purpose too.

        A parent is complete when the connector says so and every object it listed was read or failed.
        """
        findings = []
        for scope in {*self._listed, *self._seen_scopes, *self._unread_scopes, *self._filtered_scopes}:
            is_read = scope in self._listed and scope not in self._unread_scopes
            findings.append(
                ScopeFinding(
                    *scope,
                    is_confirmed=is_read or scope in self._seen_scopes,
                    is_complete=is_read
                    and scope in self._complete_scopes
                    and self._listed[scope] == self._accounted[scope],
                    is_limited=is_read and scope not in self._complete_scopes,
                )
            )
        return findings


_HIDDEN = (
    "Known datasets that are not shown any more: {}. The account may not see all of the schema, so they may"
    " still be there. A right on the whole schema would tell."
)


def identity_of(record: IndexRecord) -> bytes:
    """The identity of the dataset that a record names."""
    return dataset_identity(record["database"], record["schema"], record["name"])


def incomplete(detail: str) -> StagingRefused:
    """The refusal of records that cannot be all there were."""
    return StagingRefused(RunErrorCode.STAGING_INCOMPLETE, f"The staged records are not complete: {detail}.")


def _scope_of(record: IndexRecord) -> Scope:
    return storable(record["database"]), storable(record["schema"])

"""How an endpoint is collected, as far as people may decide it for each one. Pure."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from typing import Any, Self


@dataclass(frozen=True)
class ReadingRules:
    """How gently a source is read: `source_pause_ms` pass between two statements, each may take
    `statement_seconds`, and an unchanged source is read all the same once that was last done
    `full_pass_hours` ago (0: always)."""

    source_pause_ms: int = 0
    statement_seconds: int = 900
    full_pass_hours: int = 24


@dataclass(frozen=True)
class EndpointPolicy:
    """What is not set has the default that stands here.

    Removals of one run are held for a person when they are more than `removal_share_percent` of the
    endpoint's datasets and at least `removal_minimum` of them. Of the ReadingRules, None leaves it to the
    worker's settings.
    """

    removal_share_percent: float = 10
    removal_minimum: int = 10
    source_pause_ms: int | None = None
    statement_seconds: int | None = None
    full_pass_hours: int | None = None

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> Self:
        """The policy as stored; a key that is not known (a newer version's) is left out."""
        known = {field.name for field in fields(cls)}
        return cls(**{key: value for key, value in document.items() if key in known})

    def as_document(self) -> dict[str, Any]:
        """What is to be stored: only what differs from the defaults."""
        defaults = asdict(type(self)())
        return {key: value for key, value in asdict(self).items() if value != defaults[key]}

    def as_shown(self) -> dict[str, Any]:
        """All of it, with the names that the API gives it."""
        return {_camel_case(key): value for key, value in asdict(self).items()}

    def reading(self, settings: ReadingRules) -> ReadingRules:
        """How the source is read where `settings` hold for what the policy does not say."""
        said = {rule.name: getattr(self, rule.name) for rule in fields(ReadingRules)}
        return replace(settings, **{name: value for name, value in said.items() if value is not None})

    def changed(self, given: Mapping[str, Any]) -> Self:
        """With the `given` values; None sets the default again, an absent one keeps."""
        document = {**self.as_document(), **given}
        return self.from_document({key: value for key, value in document.items() if value is not None})


def _camel_case(name: str) -> str:
    head, *rest = name.split("_")
    return head + "".join(word.capitalize() for word in rest)

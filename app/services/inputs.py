"""What the use cases take: values already checked for shape at the edge, named as the domain names them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import Any, Final
from uuid import UUID

from app.core.domain.auth import Role


class Unset(Enum):
    """The type of UNSET, so that a type checker can tell it from None."""

    UNSET = "UNSET"


UNSET: Final = Unset.UNSET
"""A key that a patch does not have: keep what is stored. None means: clear it."""


@dataclass(frozen=True)
class EndpointConfig:
    """How to reach a source: a template with its parameters, or no template at all.

    `secrets` holds the values of the template's sensitive parameters; the value `domain.secrets.MASK` stands
    for the one already stored.
    """

    template_id: str | None = None
    parameters: Mapping[str, Any] = field(default_factory=dict)
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True)
class NewEndpoint:
    """A source to register. `capabilities` and `url` None: the template's. `policy` as in EndpointChanges."""

    name: str
    source_id: str | None = None
    description: str | None = None
    verb: str | None = None
    url: str | None = None
    domain: str | None = None
    labels: tuple[str, ...] = ()
    config: EndpointConfig = field(default_factory=EndpointConfig)
    capabilities: tuple[str, ...] | None = None
    policy: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class EndpointChanges:
    """A patch of an endpoint. `config` replaces the stored one as a whole; None makes it template-less.

    Of `policy` what is absent stays, and a None sets the default again; None as a whole sets all of them.
    """

    name: str | Unset = UNSET
    description: str | Unset | None = UNSET
    verb: str | Unset | None = UNSET
    url: str | Unset = UNSET
    domain: str | Unset | None = UNSET
    labels: tuple[str, ...] | Unset = UNSET
    config: EndpointConfig | Unset | None = UNSET
    capabilities: tuple[str, ...] | Unset = UNSET
    policy: Mapping[str, Any] | Unset | None = UNSET


@dataclass(frozen=True)
class TestRequest:
    """A connection test: of a stored endpoint, of a configuration, or of a configuration whose masked
    secrets are those of a stored endpoint. At least one of the two is given."""

    __test__ = False  # not a pytest class

    endpoint_id: UUID | None = None
    config: EndpointConfig | None = None


@dataclass(frozen=True)
class NewCollection:
    endpoint_id: UUID
    schedule_cron: str | None = None
    schedule_timezone: str = "UTC"
    is_enabled: bool = True


@dataclass(frozen=True)
class CollectionChanges:
    """A patch of a collection. `schedule_cron` None: manual only."""

    schedule_cron: str | Unset | None = UNSET
    schedule_timezone: str | Unset = UNSET
    is_enabled: bool | Unset = UNSET


@dataclass(frozen=True)
class NewToken:
    """`expires_at` None: never."""

    name: str
    role: Role
    expires_at: datetime | None = None

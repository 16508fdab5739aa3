"""What a template is made of: the typed form of one source technology. Pure values."""

from dataclasses import dataclass
from enum import StrEnum


class Family(StrEnum):
    """The kind of system an endpoint stands for."""

    DATABASE = "DATABASE"
    FILE = "FILE"
    HTTP = "HTTP"
    PLATFORM = "PLATFORM"


class FieldValueType(StrEnum):
    """How a parameter is entered and checked. LIST is a list of strings; the rest are single values."""

    STRING = "STRING"
    PASSWORD = "PASSWORD"  # noqa: S105 - the name of a type
    INTEGER = "INTEGER"
    BOOLEAN = "BOOLEAN"
    URL = "URL"
    HOSTNAME = "HOSTNAME"
    PORT = "PORT"
    ENUM = "ENUM"
    LIST = "LIST"
    TEXT = "TEXT"
    JSON = "JSON"


@dataclass(frozen=True)
class FieldOption:
    """One choice of an ENUM field."""

    label: str
    value: str


@dataclass(frozen=True)
class TemplateField:
    """One connection parameter, and the rules its value obeys.

    `minimum` and `maximum` bound a number; `max_length` bounds the characters of a text or of each list
    item; `max_items` bounds a list; `pattern` must match the whole text. A rule that is None does not apply.
    """

    key: str
    label: str
    value_type: FieldValueType
    required: bool = False
    description: str | None = None
    placeholder: str | None = None
    options: tuple[FieldOption, ...] = ()
    default_value: str | None = None
    advanced: bool = False
    sensitive: bool = False
    minimum: int | None = None
    maximum: int | None = None
    max_length: int | None = None
    max_items: int | None = None
    pattern: str | None = None


@dataclass(frozen=True)
class Capability:
    """Something Muster can do with such an endpoint."""

    key: str
    label: str
    description: str | None = None


@dataclass(frozen=True)
class ProbingMethod:
    """One step of the connection test."""

    key: str
    label: str
    description: str | None = None


@dataclass(frozen=True)
class ProbingPlan:
    """The steps of the connection test, in order; the first that fails ends it."""

    methods: tuple[ProbingMethod, ...]


@dataclass(frozen=True)
class ConnectionPlan:
    """How an endpoint of this template is addressed."""

    url_template: str | None
    default_verb: str | None = None


@dataclass(frozen=True)
class Template:
    """A source technology: the parameters it needs and what Muster does with them."""

    id: str
    family: Family
    title: str
    vendor: str
    description: str | None
    default_port: int | None
    docs_url: str | None
    default_labels: tuple[str, ...]
    fields: tuple[TemplateField, ...]
    capabilities: tuple[Capability, ...]
    connection: ConnectionPlan
    probing: ProbingPlan
    grant_script: str | None = None

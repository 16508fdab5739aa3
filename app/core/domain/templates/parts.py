"""Fields, capabilities and test steps that several templates share."""

from app.core.domain.templates.model import (
    Capability,
    FieldOption,
    FieldValueType,
    ProbingMethod,
    TemplateField,
)

METADATA = Capability(
    key="metadata",
    label="Metadata",
    description="Collects schemas, tables, views, columns, keys and indexes into the catalog.",
)

RESOLVE_HOST = ProbingMethod("RESOLVE_HOST", "Resolve host", "The host name has an address.")
CONNECT = ProbingMethod("CONNECT", "Connect", "The address accepts a connection and speaks the protocol.")
AUTHENTICATE = ProbingMethod("AUTHENTICATE", "Sign in", "The account may sign in to the database.")
LIST = ProbingMethod("LIST", "List", "The schemas to collect are there and can be listed.")
READ = ProbingMethod("READ", "Read one", "The metadata of one object can be read.")

DEFAULT_SSL_MODE = "prefer"

SSL_MODE = TemplateField(
    key="ssl_mode",
    label="TLS",
    value_type=FieldValueType.ENUM,
    description="How the connection is encrypted.",
    options=(
        FieldOption("Never", "disable"),
        FieldOption("When the server offers it", "prefer"),
        FieldOption("Always, any certificate", "require"),
        FieldOption("Always, certificate and host name checked", "verify-full"),
    ),
    default_value=DEFAULT_SSL_MODE,
    advanced=True,
)

PASSWORD = TemplateField(
    key="password",
    label="Password",
    value_type=FieldValueType.PASSWORD,
    sensitive=True,
    max_length=1024,
)


def host(description: str) -> TemplateField:
    """The host field. Spaces and commas are refused: a driver would read a comma as a list of hosts."""
    return TemplateField(
        key="host",
        label="Host",
        value_type=FieldValueType.HOSTNAME,
        required=True,
        description=description,
        placeholder="db.example.org",
        max_length=255,
        pattern=r"[^\s,\x00]+",
    )


def port(default: int) -> TemplateField:
    """The TCP port field, 1 to 65535."""
    return TemplateField(
        key="port",
        label="Port",
        value_type=FieldValueType.PORT,
        default_value=str(default),
        minimum=1,
        maximum=65535,
    )


def name(key: str, label: str, *, required: bool, description: str, max_length: int = 128) -> TemplateField:
    """A field that holds one name of the source: a database or an account."""
    return TemplateField(
        key=key,
        label=label,
        value_type=FieldValueType.STRING,
        required=required,
        description=description,
        max_length=max_length,
        pattern=r"[^\x00]+",
    )


def schemas(description: str) -> TemplateField:
    """The list of schemas that a collection is restricted to; empty or absent: no restriction."""
    return TemplateField(
        key="schemas",
        label="Schemas",
        value_type=FieldValueType.LIST,
        description=description,
        max_length=256,
        max_items=1000,
        pattern=r"[^\x00]+",
    )

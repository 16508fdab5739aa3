"""PostgreSQL."""

from app.core.domain.templates import parts
from app.core.domain.templates.model import ConnectionPlan, Family, ProbingPlan, Template

DEFAULT_PORT = 5432

# PostgreSQL shows its catalogs to every account that may connect: no right on any table is needed.
GRANT_SCRIPT = """\
-- Run as an administrator, connected to the database that is to be collected.
-- The account sees names, types, keys, comments and sizes; it cannot read a single row.
CREATE ROLE muster LOGIN PASSWORD 'choose-a-password';
GRANT CONNECT ON DATABASE "your-database" TO muster;
"""

POSTGRES = Template(
    id="postgres",
    family=Family.DATABASE,
    title="PostgreSQL",
    vendor="PostgreSQL",
    description="One database of a PostgreSQL server, version 12 or newer.",
    default_port=DEFAULT_PORT,
    docs_url="https://www.postgresql.org/docs/current/",
    default_labels=("postgres",),
    fields=(
        parts.host("Host name, IP address, or the folder of a Unix socket."),
        parts.port(DEFAULT_PORT),
        parts.name("database", "Database", required=True, description="The database to collect."),
        parts.name(
            "username", "User name", required=True, description="The account that reads the catalogs."
        ),
        parts.PASSWORD,
        parts.schemas("Collect only these schemas. Empty: every schema that is not the system's."),
        parts.SSL_MODE,
    ),
    capabilities=(parts.METADATA,),
    connection=ConnectionPlan("postgresql://{username}@{host}:{port}/{database}", "SELECT"),
    probing=ProbingPlan(
        (parts.RESOLVE_HOST, parts.CONNECT, parts.AUTHENTICATE, parts.LIST, parts.READ),
    ),
    grant_script=GRANT_SCRIPT,
)

"""MySQL and MariaDB: one protocol, one information_schema, one template."""

from app.core.domain.templates import parts
from app.core.domain.templates.model import ConnectionPlan, Family, ProbingPlan, Template

DEFAULT_PORT = 3306

# MySQL shows an account only what it holds a right on. REFERENCES shows tables and columns without letting
# the account read rows; the text of a view is shown only to accounts that may also select from it.
GRANT_SCRIPT = """\
-- Run as an administrator. The account sees names, types, keys, comments and sizes; it cannot read a row.
CREATE USER 'muster'@'%' IDENTIFIED BY 'choose-a-password';
GRANT SHOW DATABASES, REFERENCES, SHOW VIEW ON *.* TO 'muster'@'%';
-- View definitions are shown only to accounts that may also read the views. Where they are wanted:
-- GRANT SELECT ON `your_database`.* TO 'muster'@'%';
"""

MYSQL = Template(
    id="mysql",
    family=Family.DATABASE,
    title="MySQL / MariaDB",
    vendor="Oracle / MariaDB Foundation",
    description="The databases of a MySQL (5.7 or newer) or MariaDB (10.5 or newer) server.",
    default_port=DEFAULT_PORT,
    docs_url="https://mariadb.com/docs/server/",
    default_labels=("mysql",),
    fields=(
        parts.host("Host name or IP address."),
        parts.port(DEFAULT_PORT),
        parts.name(
            "database",
            "Database",
            required=False,
            description="Collect only this database. Empty: every database that is not the system's.",
        ),
        parts.name(
            "username", "User name", required=True, description="The account that reads the metadata."
        ),
        parts.PASSWORD,
        parts.schemas("Collect exactly these databases; takes precedence over Database."),
        parts.SSL_MODE,
    ),
    capabilities=(parts.METADATA,),
    connection=ConnectionPlan("mysql://{username}@{host}:{port}/{database}", "SELECT"),
    probing=ProbingPlan(
        (parts.RESOLVE_HOST, parts.CONNECT, parts.AUTHENTICATE, parts.LIST, parts.READ),
    ),
    grant_script=GRANT_SCRIPT,
)

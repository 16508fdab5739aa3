"""SQLite files."""

from app.core.domain.templates import parts
from app.core.domain.templates.model import (
    ConnectionPlan,
    Family,
    FieldValueType,
    ProbingMethod,
    ProbingPlan,
    Template,
    TemplateField,
)

SQLITE = Template(
    id="sqlite",
    family=Family.DATABASE,
    title="SQLite",
    vendor="SQLite",
    description="One SQLite 3 file that the worker can read. It is opened read-only.",
    default_port=None,
    docs_url="https://www.sqlite.org/docs.html",
    default_labels=("sqlite",),
    fields=(
        TemplateField(
            key="path",
            label="Path",
            value_type=FieldValueType.STRING,
            required=True,
            description="Absolute path on the worker’s machine, inside one of the allowed folders.",
            placeholder="/data/inventory.sqlite",
            max_length=4096,
            pattern=r"/[^\x00]*",
        ),
    ),
    capabilities=(parts.METADATA,),
    connection=ConnectionPlan("sqlite://{path}", "SELECT"),
    probing=ProbingPlan(
        (
            ProbingMethod("CONNECT", "Open", "The file is there, allowed, and a SQLite database."),
            parts.LIST,
            parts.READ,
        )
    ),
)

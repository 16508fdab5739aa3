"""Templates: the source technologies Muster knows, each with the parameters it needs. Pure.

A template here and a connector in the worker belong together by the template's id; a test compares them.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any
from urllib.parse import quote

from app.core.domain.templates.model import (
    Capability,
    ConnectionPlan,
    Family,
    FieldOption,
    FieldValueType,
    ProbingMethod,
    ProbingPlan,
    Template,
    TemplateField,
)
from app.core.domain.templates.mysql import MYSQL
from app.core.domain.templates.postgres import POSTGRES
from app.core.domain.templates.sqlite import SQLITE

__all__ = [
    "TEMPLATES",
    "Capability",
    "ConnectionPlan",
    "Family",
    "FieldOption",
    "FieldValueType",
    "ProbingMethod",
    "ProbingPlan",
    "Template",
    "TemplateField",
    "display_url",
    "find_template",
    "sensitive_keys",
]

TEMPLATES: Mapping[str, Template] = MappingProxyType({t.id: t for t in (POSTGRES, MYSQL, SQLITE)})


def find_template(template_id: str | None) -> Template | None:
    """The template with this id, or None."""
    return TEMPLATES.get(template_id) if template_id is not None else None


def sensitive_keys(template: Template) -> frozenset[str]:
    """The parameters whose values are secrets: stored encrypted, shown as a mask."""
    return frozenset(field.key for field in template.fields if field.sensitive)


def display_url(template: Template, parameters: Mapping[str, Any]) -> str:
    """The endpoint's address as people see it: the user name reads ***, no secret is ever part of it."""
    if template.id == SQLITE.id:
        return f"sqlite://{quote(str(parameters.get('path', '')))}"
    scheme = "postgresql" if template.id == POSTGRES.id else "mysql"
    user = "***@" if parameters.get("username") else ""
    database = quote(str(parameters.get("database") or ""), safe="")
    host = str(parameters.get("host", ""))
    if host.startswith("/"):
        return f"{scheme}://{user}/{database}?host={quote(host, safe='')}"
    host = f"[{host}]" if ":" in host else quote(host, safe="")
    return f"{scheme}://{user}{host}:{parameters.get('port') or template.default_port}/{database}"

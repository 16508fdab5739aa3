"""health, viewer and serverInfo."""

import platform
from typing import Any

from ariadne import QueryType

from app.api.context import Info
from app.core.db import overview
from app.core.domain.auth import Viewer
from app.core.domain.templates import TEMPLATES

query = QueryType()


@query.field("health")
def resolve_health(_: object, info: Info) -> dict[str, str]:
    return {"status": "ok", "version": info.context.version}


@query.field("viewer")
def resolve_viewer(_: object, info: Info) -> Viewer:
    return info.context.signed_in()


@query.field("serverInfo")
def resolve_server_info(_: object, info: Info) -> dict[str, Any]:
    return {
        "version": info.context.version,
        "postgres_version": overview.postgres_version(info.context.reads.conn),
        "temporal_address": info.context.temporal_address,
        "python": platform.python_version(),
        "connectors": list(TEMPLATES.values()),
    }


bindables = [query]

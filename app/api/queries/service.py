"""health and viewer."""

from ariadne import QueryType

from app.api.context import Info
from app.core.domain.auth import Viewer

query = QueryType()


@query.field("health")
def resolve_health(_: object, info: Info) -> dict[str, str]:
    return {"status": "ok", "version": info.context.version}


@query.field("viewer")
def resolve_viewer(_: object, info: Info) -> Viewer:
    return info.context.signed_in()


bindables = [query]

"""apiTokens."""

from ariadne import QueryType

from app.api.context import Info
from app.core.db import tokens
from app.core.domain.auth import ApiToken

query = QueryType()


@query.field("apiTokens")
def resolve_api_tokens(_: object, info: Info) -> list[ApiToken]:
    return tokens.list_tokens(info.context.reads.conn)


bindables = [query]

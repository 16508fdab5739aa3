"""createApiToken, revokeApiToken."""

from typing import Any

from ariadne import MutationType

from app.api import arguments, inputs
from app.api.context import Info
from app.api.mutations.writing import begin
from app.core.domain.auth import ApiToken, CreatedToken
from app.services import tokens

mutation = MutationType()


@mutation.field("createApiToken")
def resolve_create_api_token(_: object, info: Info, **given: Any) -> CreatedToken:
    return tokens.create(begin(info), inputs.new_token(given))


@mutation.field("revokeApiToken")
def resolve_revoke_api_token(_: object, info: Info, **given: Any) -> ApiToken:
    return tokens.revoke(begin(info), arguments.read_id(given))


bindables = [mutation]

"""Making and revoking API tokens, and recognising them."""

from uuid import UUID

from app.core.db import tokens
from app.core.db.pool import Pool, autocommit
from app.core.db.rows import Conn
from app.core.db.secret_keys import hold_keys
from app.core.domain.audit import Action, ObjectKind, Subject
from app.core.domain.auth import ApiToken, CreatedToken, TokenHasher, Viewer, is_token, new_token
from app.core.errors import BadInput
from app.services import audit
from app.services.context import Context
from app.services.inputs import NewToken


def create(ctx: Context, new: NewToken) -> CreatedToken:
    """Store a new token; the answer is the only place its value is in. Raises BadInput."""
    if new.expires_at is not None and new.expires_at <= ctx.clock():
        raise BadInput({"expiresAt": ["Must be in the future."]})
    token = new_token()
    with ctx.pool.connection() as conn:
        hold_keys(conn)
        stored = tokens.insert_token(
            conn,
            name=new.name,
            role=new.role,
            digests=ctx.tokens.digests(token),
            expires_at=new.expires_at,
        )
        _record(ctx, conn, Action.CREATE_API_TOKEN, stored)
    return CreatedToken(token, stored)


def revoke(ctx: Context, token_id: UUID) -> ApiToken:
    """End the token, from the next request on; done twice it stays as it was.

    Raises BadInput when it is unknown.
    """
    with ctx.pool.connection() as conn:
        revoked = tokens.revoke_token(conn, token_id)
        if revoked is None:
            raise BadInput({"id": ["There is no token with this id."]})
        _record(ctx, conn, Action.REVOKE_API_TOKEN, revoked)
    return revoked


def find_viewer(pool: Pool, hasher: TokenHasher, token: str) -> Viewer | None:
    """Whom the token speaks for; None when it is unknown, expired or revoked.

    The database is asked each time, so that a revocation holds for every process at once.
    """
    if not is_token(token):
        return None
    digests = hasher.digests(token)
    with autocommit(pool) as conn:
        viewer = tokens.use_token(conn, digests)
        if viewer is None and (anew := hasher.digests(token)) != digests:
            # the keys have been rotated in between, and another request has moved the token to the new one
            viewer = tokens.use_token(conn, anew)
        return viewer


def _record(ctx: Context, conn: Conn, action: Action, token: ApiToken) -> None:
    after = {
        "role": token.role,
        "expiresAt": token.expires_at and token.expires_at.isoformat(),
        "revokedAt": token.revoked_at and token.revoked_at.isoformat(),
    }
    audit.record(conn, ctx.caller, action, Subject(ObjectKind.API_TOKEN, token.id, token.name), after=after)

"""From a token's claims to who is asking: a name, and the role that the provider's roles are mapped to."""

from collections.abc import Mapping, Sequence
from typing import Any

from app.core.config_sections import SingleSignOn
from app.core.domain.auth import Role, Viewer

# OpenID Connect Core, 2: a subject has at most 255 characters.
MAX_SUBJECT_LENGTH = 255
MAX_NAME_LENGTH = 200
# What a person would call themselves, the best first.
NAME_CLAIMS = ("preferred_username", "email", "name")


class NoSubject(Exception):
    """The token does not say whom it speaks of."""


class NoRole(Exception):
    """Whom the token speaks of has no role here."""


def viewer_of(claims: Mapping[str, Any], settings: SingleSignOn) -> Viewer:
    """Whom the checked `claims` speak of. Raises NoSubject and NoRole."""
    subject = claims.get("sub")
    if not _is_readable(subject, MAX_SUBJECT_LENGTH):
        raise NoSubject
    role = highest_role(claims, settings.role_claim, settings.role_map)
    if role is None:
        raise NoRole
    names = (claims.get(claim) for claim in NAME_CLAIMS)
    name = next((name for name in names if _is_readable(name, MAX_NAME_LENGTH)), subject)
    return Viewer(name=str(name), role=role, identity=f"oidc:{subject}")


def highest_role(claims: Mapping[str, Any], path: Sequence[str], role_map: Mapping[str, Role]) -> Role | None:
    """The highest role that a role at `path` is mapped to: a text there is one role, a list many."""
    found = _at(claims, path)
    given = found if isinstance(found, list) else [found]
    roles = [role_map[name] for name in given if isinstance(name, str) and name in role_map]
    return max(roles, key=lambda role: role.rank, default=None)


def _at(claims: Any, path: Sequence[str]) -> Any:
    """The value at the path; a claim's name may hold dots itself (`https://example.com/roles`)."""
    if not path:
        return claims
    if not isinstance(claims, Mapping):
        return None
    for length in range(len(path), 0, -1):
        name = ".".join(path[:length])
        if name in claims:
            return _at(claims[name], path[length:])
    return None


def _is_readable(text: Any, longest: int) -> bool:
    return isinstance(text, str) and 0 < len(text) <= longest and text.isprintable()

"""The settings that belong together: how people sign in, what a request may cost, what a source may be."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

from environs import Env

from app.core.domain.auth import Role
from app.core.domain.networks import Network
from app.core.environment import (
    SettingError,
    counter_storage,
    networks,
    not_negative,
    optional,
    paths,
    positive,
    rate,
    web_address,
    words,
)

DEFAULT_ROLE_MAP = "reader=VIEWER,writer=EDITOR,editor=EDITOR,admin=ADMIN"
# Link-local addresses, and where clouds answer with credentials: AWS and Google over IPv6, Azure, Alibaba,
# Oracle.
DEFAULT_DENIED_NETWORKS = (
    "169.254.0.0/16,fe80::/10,fd00:ec2::254/128,fd20:ce::254/128,"
    "168.63.129.16/32,100.100.100.200/32,192.0.0.192/32"
)


@dataclass(frozen=True)
class SingleSignOn:
    """An OpenID Connect provider. `audience` is what a program's token must be made out to."""

    issuer: str
    client_id: str
    client_secret: str | None = field(repr=False)
    audience: str
    scopes: str
    role_claim: tuple[str, ...]
    role_map: Mapping[str, Role]


@dataclass(frozen=True)
class AccessSettings:
    """How people and programs sign in."""

    public_url: Annotated[str | None, "MUSTER_PUBLIC_URL"]
    trusted_proxies: Annotated[int, "MUSTER_TRUSTED_PROXIES"]
    session_hours: Annotated[int, "MUSTER_SESSION_HOURS"]
    single_sign_on: Annotated[
        SingleSignOn | None,
        "MUSTER_OIDC_ISSUER",
        "MUSTER_OIDC_CLIENT_ID",
        "MUSTER_OIDC_CLIENT_SECRET",
        "MUSTER_OIDC_AUDIENCE",
        "MUSTER_OIDC_SCOPES",
        "MUSTER_OIDC_ROLE_CLAIM",
        "MUSTER_OIDC_ROLE_MAP",
    ]


@dataclass(frozen=True)
class RequestLimits:
    """What one request, and one caller, may ask for. Rates are like `30 per minute`."""

    body_bytes: Annotated[int, "MUSTER_MAX_BODY_BYTES"]
    depth: Annotated[int, "MUSTER_MAX_QUERY_DEPTH"]
    cost: Annotated[int, "MUSTER_MAX_QUERY_COST"]
    timeout_seconds: Annotated[int, "MUSTER_REQUEST_TIMEOUT_SECONDS"]
    rate: Annotated[str, "MUSTER_RATE_LIMIT"]
    sign_in_rate: Annotated[str, "MUSTER_SIGN_IN_RATE_LIMIT"]
    rate_storage_url: Annotated[str, "MUSTER_RATE_LIMIT_STORAGE"] = field(repr=False)
    introspection: Annotated[bool, "MUSTER_INTROSPECTION"]


@dataclass(frozen=True)
class SourceRules:
    """What endpoints may point at, and how gently they are read. `allowed_networks` empty: any not denied."""

    file_roots: Annotated[tuple[Path, ...], "MUSTER_FILE_ROOTS"]
    allowed_networks: Annotated[tuple[Network, ...], "MUSTER_SOURCE_NETWORKS_ALLOW"]
    denied_networks: Annotated[tuple[Network, ...], "MUSTER_SOURCE_NETWORKS_DENY"]
    secret_env: Annotated[tuple[str, ...], "MUSTER_SECRET_ENV"]
    secret_file_roots: Annotated[tuple[Path, ...], "MUSTER_SECRET_FILE_ROOTS"]
    pause_ms: Annotated[int, "MUSTER_SOURCE_PAUSE_MS"]
    statement_seconds: Annotated[int, "MUSTER_SOURCE_STATEMENT_SECONDS"]
    full_pass_hours: Annotated[int, "MUSTER_FULL_PASS_HOURS"]


def read_access(env: Env) -> AccessSettings:
    """Raises SettingError."""
    return AccessSettings(
        public_url=web_address(env, "MUSTER_PUBLIC_URL"),
        trusted_proxies=not_negative(env, "MUSTER_TRUSTED_PROXIES", 0),
        session_hours=positive(env, "MUSTER_SESSION_HOURS", 12),
        single_sign_on=_read_single_sign_on(env),
    )


def read_request_limits(env: Env) -> RequestLimits:
    """Raises SettingError."""
    return RequestLimits(
        body_bytes=positive(env, "MUSTER_MAX_BODY_BYTES", 100_000),
        depth=positive(env, "MUSTER_MAX_QUERY_DEPTH", 15),
        cost=positive(env, "MUSTER_MAX_QUERY_COST", 50_000),
        timeout_seconds=positive(env, "MUSTER_REQUEST_TIMEOUT_SECONDS", 30),
        rate=rate(env, "MUSTER_RATE_LIMIT", "12000 per minute"),
        sign_in_rate=rate(env, "MUSTER_SIGN_IN_RATE_LIMIT", "30 per minute"),
        rate_storage_url=counter_storage(env, "MUSTER_RATE_LIMIT_STORAGE"),
        introspection=env.bool("MUSTER_INTROSPECTION", True),
    )


def read_source_rules(env: Env) -> SourceRules:
    """Raises SettingError."""
    return SourceRules(
        file_roots=paths(env.str("MUSTER_FILE_ROOTS", "")),
        allowed_networks=networks(env, "MUSTER_SOURCE_NETWORKS_ALLOW", ""),
        denied_networks=networks(env, "MUSTER_SOURCE_NETWORKS_DENY", DEFAULT_DENIED_NETWORKS),
        secret_env=words(env.str("MUSTER_SECRET_ENV", "*")),
        secret_file_roots=paths(env.str("MUSTER_SECRET_FILE_ROOTS", "/run/secrets")),
        pause_ms=not_negative(env, "MUSTER_SOURCE_PAUSE_MS", 0),
        statement_seconds=positive(env, "MUSTER_SOURCE_STATEMENT_SECONDS", 900),
        full_pass_hours=not_negative(env, "MUSTER_FULL_PASS_HOURS", 24),
    )


def _read_single_sign_on(env: Env) -> SingleSignOn | None:
    issuer = web_address(env, "MUSTER_OIDC_ISSUER")
    if issuer is None:
        return None
    client_id = optional(env, "MUSTER_OIDC_CLIENT_ID")
    if client_id is None:
        raise SettingError("MUSTER_OIDC_CLIENT_ID is required with MUSTER_OIDC_ISSUER.")
    return SingleSignOn(
        issuer=env.str("MUSTER_OIDC_ISSUER").strip(),  # compared with what tokens say, to the last slash
        client_id=client_id,
        client_secret=optional(env, "MUSTER_OIDC_CLIENT_SECRET"),
        audience=optional(env, "MUSTER_OIDC_AUDIENCE") or client_id,
        scopes=optional(env, "MUSTER_OIDC_SCOPES") or "openid profile email",
        role_claim=tuple((optional(env, "MUSTER_OIDC_ROLE_CLAIM") or "roles").split(".")),
        role_map=_role_map(optional(env, "MUSTER_OIDC_ROLE_MAP") or DEFAULT_ROLE_MAP),
    )


def _role_map(text: str) -> Mapping[str, Role]:
    roles: dict[str, Role] = {}
    for pair in words(text):
        name, _, role = pair.rpartition("=")
        if not name.strip() or role.strip().upper() not in Role.__members__:
            raise SettingError(
                f"MUSTER_OIDC_ROLE_MAP must be pairs like {DEFAULT_ROLE_MAP}, and “{pair}” is none."
            )
        roles[name.strip()] = Role(role.strip().upper())
    return roles

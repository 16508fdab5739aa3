"""Reading values of a kind from environment variables; what cannot be used is refused by the name it has."""

import re
from ipaddress import ip_network
from pathlib import Path
from urllib.parse import urlsplit

from environs import Env

from app.core.domain.networks import Network

REDIS_SCHEMES = ("redis", "rediss")
_RATE = re.compile("[1-9][0-9]{0,8} per (second|minute|hour|day)")


class SettingError(Exception):
    """A setting that cannot be used; the message begins with its name."""


def positive(env: Env, name: str, default: int) -> int:
    """A whole number from 1 on. Raises SettingError."""
    value = env.int(name, default)
    if value < 1:
        raise SettingError(f"{name} must be at least 1, not {value}.")
    return int(value)


def not_negative(env: Env, name: str, default: int) -> int:
    """A whole number from 0 on. Raises SettingError."""
    value = env.int(name, default)
    if value < 0:
        raise SettingError(f"{name} must be at least 0, not {value}.")
    return int(value)


def interval(env: Env, name: str, default: float) -> float:
    """A number above 0. Raises SettingError."""
    value = float(env.float(name, default))
    if value <= 0:
        raise SettingError(f"{name} must be more than 0, not {value:g}.")
    return value


def one_of(env: Env, name: str, allowed: tuple[str, ...], default: str) -> str:
    """One of the words `allowed`, in capitals. Raises SettingError."""
    value = (env.str(name, "") or default).upper()
    if value not in allowed:
        raise SettingError(f"{name} must be one of {', '.join(allowed)}, not “{value}”.")
    return value


def rate(env: Env, name: str, default: str) -> str:
    """How often something may happen, like `30 per minute`. Raises SettingError."""
    text = optional(env, name) or default
    if not _RATE.fullmatch(text):
        raise SettingError(f"{name} must be a rate like {default}, by second, minute, hour or day.")
    return text


def counter_storage(env: Env, name: str) -> str:
    """Where rates are counted: `memory://`, or the address of a Redis. Raises SettingError."""
    text = optional(env, name) or "memory://"
    try:
        parts = urlsplit(text)
        usable = text == "memory://" or (parts.scheme in REDIS_SCHEMES and parts.hostname and parts.port != 0)
    except ValueError:  # a port that is none
        usable = False
    if not usable:
        raise SettingError(f"{name} must be memory:// or an address like redis://localhost:6379.")
    return text


def optional(env: Env, name: str) -> str | None:
    """A text; None when it is not set or empty."""
    return env.str(name, "").strip() or None


def web_address(env: Env, name: str) -> str | None:
    """An http(s) address without query and without the slash at its end, None when not set.

    Raises SettingError.
    """
    text = optional(env, name)
    if text is None:
        return None
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        raise SettingError(f"{name} must be an address like https://muster.example.com.")
    if parts.username is not None:
        raise SettingError(f"{name} must hold no user name and no password.")
    return text.rstrip("/")


def networks(env: Env, name: str, default: str) -> tuple[Network, ...]:
    """Networks in CIDR notation, separated by commas. Raises SettingError."""
    texts = words(env.str(name, default))
    try:
        return tuple(ip_network(text, strict=False) for text in texts)
    except ValueError as error:
        raise SettingError(
            f"{name} must be networks like 10.0.0.0/8, separated by commas: {error}."
        ) from None


def words(text: str) -> tuple[str, ...]:
    """What stands between commas, without empty pieces."""
    return tuple(word.strip() for word in text.split(",") if word.strip())


def paths(text: str) -> tuple[Path, ...]:
    """Folders separated by colons, absolute and with symbolic links followed."""
    return tuple(Path(part).expanduser().resolve() for part in text.split(":") if part)

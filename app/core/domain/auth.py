"""Who may do what. Pure."""

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What a token may do; each role includes the ones before it."""

    VIEWER = "VIEWER"
    EDITOR = "EDITOR"
    ADMIN = "ADMIN"


@dataclass(frozen=True)
class Viewer:
    """Who is asking; `name` is what is recorded as the requester of runs."""

    name: str
    role: Role

"""When removals wait for a person, and what a person may decide. Pure."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from app.core.domain.policies import EndpointPolicy


class RemovalDecision(StrEnum):
    """What became of held removals. The first three are a person's, the others follow from a later run."""

    APPROVED = "APPROVED"
    DISMISSED = "DISMISSED"
    RESTORED = "RESTORED"
    SUPERSEDED = "SUPERSEDED"
    SEEN = "SEEN"


@dataclass(frozen=True)
class FoundGone:
    """What a run found gone, in datasets, beside what it saw and what the catalog held before it.

    `kept` of the removals were kept by a person before: they are held in any case, and count no further.
    """

    seen: int
    removals: int
    kept: int
    live: int

    def why_all_are_held(self, policy: EndpointPolicy) -> str | None:
        """Why every removal is to be held, in a sentence; None when only those that wait already are."""
        counted = self.removals - self.kept
        if self.seen == 0 and self.removals > 0:
            return f"The source showed no dataset at all, the catalog has {self.live}."
        if counted >= policy.removal_minimum and counted * 100 > self.live * policy.removal_share_percent:
            return (
                f"{counted} of {self.live} datasets would go at once, more than "
                f"{policy.removal_share_percent:g} %."
            )
        return None


@dataclass(frozen=True)
class HeldRemovals:
    """The removals of one run that share a decision; without one they wait for it."""

    run_id: UUID
    endpoint_id: UUID
    held_at: datetime
    count: int
    decision: RemovalDecision | None
    decided_at: datetime | None
    decided_by: str | None

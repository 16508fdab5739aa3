"""What the activities of a worker process are bound to."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from app.core.db.pool import Pool
from app.core.domain.networks import NetworkRules
from app.core.domain.policies import ReadingRules
from app.core.domain.secrets import SecretBox
from worker.children import Start, fresh
from worker.references import ReferenceRules


def utc_now() -> datetime:
    """The present, in UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class ActivityContext:
    """Made once by the composition root. `file_roots` are the folders that file sources may lie under,
    `networks` those that network sources may be in;
    `references` are what secrets may refer to; `reading` holds where an endpoint's policy says nothing."""

    pool: Pool
    secrets: SecretBox
    staging_url: str
    file_roots: tuple[str, ...]
    networks: NetworkRules
    connect_timeout_seconds: int
    collector_memory_mb: int
    start_collector: Start = field(default_factory=fresh)
    reading: ReadingRules = field(default_factory=ReadingRules)
    references: ReferenceRules = field(default_factory=ReferenceRules)
    clock: Callable[[], datetime] = utc_now

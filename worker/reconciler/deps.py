"""What the reconciler is made of."""

from dataclasses import dataclass, field

from temporalio.client import Client

from app.core.contracts import RunLimits
from app.core.db.pool import Pool
from app.core.temporal.schedules import RunSettings


@dataclass(frozen=True)
class ReconcilerDeps:
    """Made once by the composition root. `database_url` is for the leader's own connection; the full
    comparison runs every `interval_seconds`."""

    pool: Pool
    database_url: str = field(repr=False)
    client: Client
    task_queue: str
    limits: RunLimits
    interval_seconds: float

    @property
    def run_settings(self) -> RunSettings:
        """What every scheduled run shares."""
        return RunSettings(self.task_queue, self.limits)

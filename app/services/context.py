"""What every use case is given: the parts of the process, and who is asking."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from app.core.contracts import RunLimits
from app.core.db.pool import Pool
from app.core.domain.auth import Caller, TokenHasher
from app.core.domain.secrets import SecretBox
from app.core.temporal.gateway import TemporalGateway
from app.services.refusals import Refusals


def _do_now(task: Callable[[], None]) -> None:
    task()


@dataclass(frozen=True)
class Context:
    """Made once per request from the process's parts; `caller` goes into what is recorded.

    `limits` go into every workflow that is started; `clock` gives the time in UTC; `refusals` records what
    was not done; `put_off` has something done that the answer need not wait for, but whoever reads on must.
    """

    pool: Pool
    temporal: TemporalGateway
    secrets: SecretBox
    tokens: TokenHasher
    limits: RunLimits
    min_schedule_interval_seconds: int
    clock: Callable[[], datetime]
    caller: Caller
    refusals: Refusals
    put_off: Callable[[Callable[[], None]], None] = _do_now

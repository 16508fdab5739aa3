"""Driver errors become errors of Muster here, told apart by the name of the constraint."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from psycopg.errors import IntegrityError, OperationalError, QueryCanceled
from psycopg_pool import PoolTimeout

from app.core.errors import AppError

LIVE_SOURCE_ID = "metadata_endpoints_source_id_live_key"

# SQLSTATEs of a server that cannot be spoken with: no connection, going down, not up yet, full.
_AWAY = ("08", "57P01", "57P02", "57P03", "53300")


def is_database_away(error: BaseException | None) -> bool:
    """Whether the database could not be reached, or was lost before it answered."""
    if isinstance(error, OperationalError):
        return error.sqlstate is None or error.sqlstate.startswith(_AWAY)
    return isinstance(error, PoolTimeout)


def is_statement_timeout(error: BaseException | None) -> bool:
    """Whether the database ended a statement, as it does with one that runs into `statement_timeout`."""
    return isinstance(error, QueryCanceled)


@contextmanager
def violations(meanings: Mapping[str, AppError]) -> Iterator[None]:
    """Raise the AppError that a violated constraint stands for; a constraint without one passes unchanged."""
    try:
        yield
    except IntegrityError as error:
        meaning = meanings.get(error.diag.constraint_name or "")
        if meaning is None:
            raise
        raise meaning from error

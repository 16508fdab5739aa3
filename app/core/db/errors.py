"""Driver errors become errors of Muster here, told apart by the name of the constraint."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from psycopg.errors import IntegrityError

from app.core.errors import AppError

LIVE_SOURCE_ID = "metadata_endpoints_source_id_live_key"


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

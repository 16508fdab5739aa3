"""Connectors: one module per source technology, found by the id of its template."""

from app.core.domain.runs import RunErrorCode
from worker.connectors.base import Connector
from worker.sources import Source, SourceError

TEMPLATE_IDS = frozenset({"postgres", "mysql", "sqlite"})


def open_connector(template_id: str | None, source: Source) -> Connector:
    """The connector for a template's sources; nothing is opened yet.

    Raises SourceError BAD_CONFIG when there is none."""
    if template_id == "postgres":
        from worker.connectors.postgres import PostgresConnector

        return PostgresConnector(source)
    if template_id == "mysql":
        from worker.connectors.mysql import MySqlConnector

        return MySqlConnector(source)
    if template_id == "sqlite":
        from worker.connectors.sqlite import SqliteConnector

        return SqliteConnector(source)
    raise SourceError(RunErrorCode.BAD_CONFIG, f"There is no connector for the template “{template_id}”.")

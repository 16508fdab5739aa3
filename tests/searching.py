"""Datasets that tests write past the merge, made to be found as the merge makes them."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from psycopg import Connection

from app.core.db.catalog_search import index_merged


def index_datasets(conn: Connection[Any], ids: Collection[UUID]) -> None:
    """Index these datasets as if a merge had just added them."""
    with conn.transaction():
        conn.execute(
            "CREATE TEMP TABLE affected_datasets AS"
            " SELECT NULL::uuid AS dataset_id, endpoint_id, identity, true AS is_different"
            " FROM catalog_datasets WHERE id = ANY(%s)",
            [list(ids)],
        )
        conn.execute("DELETE FROM catalog_search WHERE dataset_id = ANY(%s)", [list(ids)])
        found = conn.execute("SELECT DISTINCT endpoint_id FROM affected_datasets").fetchall()
        for (endpoint_id,) in found:
            index_merged(conn, endpoint_id)
        conn.execute("DROP TABLE affected_datasets")

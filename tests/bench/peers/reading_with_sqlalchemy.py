"""SQLAlchemy's fastest way to read a database: the Inspector's get_multi_* for each schema, kept in memory.

It asks for what Muster's documents tell: columns, keys, indexes, comments. The definitions of views, which it
can only ask for one by one, are left out.
"""

import json
import sys

from sqlalchemy import URL, create_engine, inspect
from sqlalchemy.engine.reflection import ObjectKind

from tests.bench.peers.statements import Statements


def main() -> None:
    given = json.loads(sys.stdin.readline())["parameters"]
    statements = Statements()
    inspector = inspect(create_engine(URL.create("postgresql+psycopg", **given)))
    datasets = 0
    for schema in inspector.get_schema_names():
        if schema == "information_schema":
            continue
        columns = inspector.get_multi_columns(schema=schema, kind=ObjectKind.ANY)
        for read in (
            inspector.get_multi_pk_constraint,
            inspector.get_multi_foreign_keys,
            inspector.get_multi_indexes,
            inspector.get_multi_table_comment,
        ):
            assert len(read(schema=schema, kind=ObjectKind.ANY)) == len(columns)
        datasets += len(columns)
    print(json.dumps({"datasets": datasets, "statements": statements.count}))


if __name__ == "__main__":
    main()

"""Sources to collect: tables and views of 12 columns in 10 schemas, with keys, indexes and comments."""

from typing import Any

from psycopg import sql

from tests.sources import PostgresServer

SCHEMAS = 10
# every tenth object is a view
OBJECTS_PER_VIEW = 10

CREATE_SCHEMA = """
CREATE SCHEMA {schema};
SET LOCAL search_path = {schema};
DO $$ BEGIN
FOR i IN 1..{tables} LOOP
    EXECUTE format('
        CREATE TABLE item_%1$s (
            id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, parent_id bigint REFERENCES item_1,
            code varchar(40) NOT NULL, title text NOT NULL DEFAULT ''untitled'', body text,
            amount numeric(12, 2) NOT NULL DEFAULT 0, quantity integer,
            is_active boolean NOT NULL DEFAULT true,
            tags text[], details jsonb, created_at timestamptz NOT NULL DEFAULT now(), updated_at timestamptz,
            CONSTRAINT item_%1$s_code_key UNIQUE (code));
        CREATE INDEX item_%1$s_created_idx ON item_%1$s (created_at DESC, id);
        COMMENT ON TABLE item_%1$s IS ''Items of kind %1$s'';
        COMMENT ON COLUMN item_%1$s.code IS ''What people call it'';
        COMMENT ON COLUMN item_%1$s.amount IS ''Net, in the currency of the account''', i);
END LOOP;
FOR i IN 1..{views} LOOP
    EXECUTE format('CREATE VIEW active_item_%1$s AS
        SELECT id, parent_id, code, title, body, amount, quantity, is_active, tags, details,
            created_at, updated_at
        FROM item_%1$s WHERE is_active', i);
END LOOP;
END $$
"""


def create_tables(server: PostgresServer, name: str, count: int) -> dict[str, Any]:
    """A new database with `count` tables and views, a multiple of 10; its connection parameters."""
    parameters = server.create_database(name)
    in_schema = count // SCHEMAS
    views = in_schema // OBJECTS_PER_VIEW
    with server.connect(name) as connection:
        for number in range(SCHEMAS):
            statement = sql.SQL(CREATE_SCHEMA).format(
                schema=sql.Identifier(f"area_{number}"),
                tables=sql.Literal(in_schema - views),
                views=sql.Literal(views),
            )
            with connection.transaction():
                connection.execute(statement)
        connection.execute("VACUUM ANALYZE")
    return parameters

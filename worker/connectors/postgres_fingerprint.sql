-- One text that is another one after any DDL on what is read, and the same after ANALYZE, VACUUM and writing rows:
-- which rows the catalogs hold, by oid and by the transaction that wrote each (pg_class is updated in place by
-- statistics). Names of types, functions, operators, sequences and text search objects stand in the texts of defaults
-- and views.
-- After a restart of the server, or on another one, it is another text: a restored or replaced server may have
-- given the same numbers to other objects.
WITH schema AS MATERIALIZED (
    SELECT oid, xmin FROM pg_namespace WHERE nspname NOT LIKE 'pg\_%' AND nspname <> 'information_schema'
),
relation AS MATERIALIZED (
    SELECT oid, xmin FROM pg_class WHERE relnamespace IN (SELECT oid FROM schema)
),
type AS MATERIALIZED (
    SELECT oid, xmin FROM pg_type WHERE typnamespace IN (SELECT oid FROM schema)
),
part (what, oid, number, version) AS (
    SELECT 1, oid, 0, xmin FROM schema
    UNION ALL
    SELECT 2, oid, 0, xmin FROM relation
    UNION ALL
    SELECT 3, attrelid, attnum, xmin FROM pg_attribute
    WHERE attnum > 0 AND attrelid IN (SELECT oid FROM relation)
    UNION ALL
    SELECT 4, oid, 0, xmin FROM pg_attrdef WHERE adrelid IN (SELECT oid FROM relation)
    UNION ALL
    SELECT 5, oid, 0, xmin FROM pg_constraint WHERE connamespace IN (SELECT oid FROM schema)
    UNION ALL
    SELECT 6, indexrelid, 0, xmin FROM pg_index WHERE indrelid IN (SELECT oid FROM relation)
    UNION ALL
    SELECT 7, objoid, objsubid, xmin FROM pg_description
    WHERE classoid = 'pg_class'::regclass AND objoid IN (SELECT oid FROM relation)
    UNION ALL
    SELECT 8, oid, 0, xmin FROM pg_rewrite WHERE ev_class IN (SELECT oid FROM relation)
    UNION ALL
    SELECT 9, oid, 0, xmin FROM type
    UNION ALL
    SELECT 10, oid, 0, xmin FROM pg_enum WHERE enumtypid IN (SELECT oid FROM type)
    UNION ALL
    SELECT 11, oid, 0, xmin FROM pg_proc WHERE pronamespace IN (SELECT oid FROM schema)
    UNION ALL
    SELECT 12, oid, 0, xmin FROM pg_operator WHERE oprnamespace IN (SELECT oid FROM schema)
    UNION ALL
    SELECT 13, oid, 0, xmin FROM pg_collation WHERE collnamespace IN (SELECT oid FROM schema)
    UNION ALL
    SELECT 14, oid, 0, xmin FROM pg_ts_config WHERE cfgnamespace IN (SELECT oid FROM schema)
    UNION ALL
    SELECT 15, oid, 0, xmin FROM pg_ts_dict WHERE dictnamespace IN (SELECT oid FROM schema)
)
SELECT concat_ws(' ',
    'postgres-1',
    (SELECT oid FROM pg_database WHERE datname = current_database()),
    extract(epoch FROM pg_postmaster_start_time()),
    current_setting('server_version_num'),
    count(*),
    sum(hashint8extended(oid::bigint << 32 | version::text::bigint, what::bigint << 32 | number))
)
FROM part

-- One row per object in scope, in the order of its name, those without columns last: its document built by the
-- server, and beside it what moves without the object having changed. Each catalog is read as a whole and joined by
-- oid: the time grows with the catalog, not with it times the cost of looking one object up. Every aggregate is
-- ordered, so that an unchanged object has an unchanged document. Documents are put together as text: that takes
-- half the time of json_build_object and json_agg. Keys come in jsonb's order, short ones first: it need not sort
-- them. Settings of the transaction: muster.schemas (JSON array), muster.limit (or empty).
WITH held AS MATERIALIZED (
    SELECT DISTINCT l.relation
    FROM pg_locks l
    JOIN pg_database d ON d.oid = l.database AND d.datname = current_database()
    WHERE l.locktype = 'relation' AND l.mode = 'AccessExclusiveLock' AND l.granted
        AND l.pid <> pg_backend_pid()
),
-- Deparsing an object waits for whoever holds it exclusively; such objects are reported, not waited for.
locked AS MATERIALIZED (
    SELECT relation FROM held
    UNION
    SELECT r.ev_class
    FROM held
    JOIN pg_depend d ON d.refclassid = 'pg_class'::regclass AND d.refobjid = held.relation
        AND d.classid = 'pg_rewrite'::regclass
    JOIN pg_rewrite r ON r.oid = d.objid
),
relation AS MATERIALIZED (
    SELECT row_number() OVER (ORDER BY n.nspname, c.relname) AS position,
        c.oid, c.relname, c.relkind, c.reltuples, c.relpages, c.reltoastrelid, n.nspname,
        c.oid IN (SELECT relation FROM locked) AS is_locked,
        -- Before PostgreSQL 14 a table that was never analysed has 0 rows, since then -1.
        c.relkind <> 'v' AND c.reltuples >= 0 AND NOT (c.reltuples = 0 AND c.relpages = 0
            AND current_setting('server_version_num')::int < 140000) AS is_analysed
    FROM pg_class c
    JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f')
        AND n.nspname IN (SELECT json_array_elements_text(current_setting('muster.schemas')::json))
    ORDER BY position
    LIMIT nullif(current_setting('muster.limit'), '')::bigint
),
readable AS MATERIALIZED (
    SELECT oid, position FROM relation WHERE NOT is_locked
),
relation_constraint AS MATERIALIZED (
    SELECT con.oid, con.contype, con.conname, con.conrelid, con.conkey, con.confrelid, con.confkey
    FROM pg_constraint con
    WHERE con.contype IN ('p', 'f') AND con.conrelid IN (SELECT oid FROM readable)
        -- A key that points at a partitioned table has a shadow per partition on the same table.
        AND (con.conparentid = 0 OR (con.conparentid, con.conrelid) NOT IN (
            SELECT oid, conrelid FROM pg_constraint WHERE contype IN ('p', 'f')))
),
-- The names of the columns of the objects themselves, and of those that their keys point to, by attnum; NULL is a
-- dropped column, which has type 0. (`attisdropped` stands so far behind in a row that reaching it takes longer.)
column_names AS MATERIALIZED (
    SELECT attrelid, array_agg(name ORDER BY attnum) AS names,
        array_agg(attnum ORDER BY attnum) FILTER (WHERE name IS NULL) AS dropped
    FROM (
        SELECT a.attrelid, a.attnum, CASE WHEN a.atttypid <> 0 THEN to_json(a.attname::text)::text END AS name
        FROM (
            SELECT oid FROM readable UNION SELECT confrelid FROM relation_constraint WHERE contype = 'f'
        ) AS described
        JOIN pg_attribute a ON a.attrelid = described.oid AND a.attnum > 0
        OFFSET 0
    ) AS described
    GROUP BY attrelid
),
index AS MATERIALIZED (
    SELECT i.indexrelid, i.indrelid, i.indkey, i.indnkeyatts, i.indisunique, c.relname
    FROM pg_index i
    JOIN pg_class c ON c.oid = i.indexrelid
    WHERE i.indislive AND i.indrelid IN (SELECT oid FROM readable)
),
-- The columns of keys and indexes, by what they are part of: p, f, t (that a key points to), i.
part AS MATERIALIZED (
    SELECT contype AS what, oid, conrelid AS relation, conkey AS attnums FROM relation_constraint
    UNION ALL
    SELECT 't', oid, confrelid, confkey FROM relation_constraint WHERE contype = 'f'
    UNION ALL
    SELECT 'i', indexrelid, indrelid, (indkey::int2[])[0:indnkeyatts - 1] FROM index
),
names AS MATERIALIZED (
    SELECT part.what, part.oid, CASE
        -- most have one column
        WHEN part.attnums[2] IS NULL AND part.attnums[1] > 0
            THEN column_names.names[part.attnums[1]]
        ELSE (
            SELECT string_agg(coalesce(column_names.names[p.attnum],
                to_json(pg_get_indexdef(part.oid, p.position::int, false))::text), ', ' ORDER BY p.position)
            FROM unnest(part.attnums) WITH ORDINALITY AS p (attnum, position)
        ) END AS list
    FROM part
    JOIN column_names ON column_names.attrelid = part.relation
),
primary_key AS MATERIALIZED (
    SELECT con.conrelid, names.list
    FROM relation_constraint con
    JOIN names ON names.what = 'p' AND names.oid = con.oid
    WHERE con.contype = 'p'
),
foreign_keys AS MATERIALIZED (
    SELECT con.conrelid, string_agg(concat(
        '{"name" : ', to_json(con.conname::text),
        ', "columns" : [', names.list,
        '], "to_name" : ', to_json(c.relname::text),
        ', "to_schema" : ', to_json(n.nspname::text),
        ', "to_columns" : [', target.list, ']}'
    ), ', ' ORDER BY con.conname) AS list
    FROM relation_constraint con
    JOIN names ON names.what = 'f' AND names.oid = con.oid
    JOIN names target ON target.what = 't' AND target.oid = con.oid
    JOIN pg_class c ON c.oid = con.confrelid
    JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE con.contype = 'f'
    GROUP BY con.conrelid
),
indexes AS MATERIALIZED (
    SELECT i.indrelid, string_agg(concat(
        '{"name" : ', to_json(i.relname::text),
        ', "unique" : ', CASE WHEN i.indisunique THEN 'true' ELSE 'false' END,
        ', "columns" : [', names.list, ']}'
    ), ', ' ORDER BY i.relname) AS list
    FROM index i
    JOIN names ON names.what = 'i' AND names.oid = i.indexrelid
    GROUP BY i.indrelid
),
-- What VACUUM and ANALYZE last found; the present size would cost opening every table and every file of it.
heap AS MATERIALIZED (
    SELECT oid AS owner, oid FROM relation WHERE is_analysed AND relkind IN ('r', 'm')
    UNION ALL
    SELECT oid, reltoastrelid FROM relation WHERE is_analysed AND relkind IN ('r', 'm') AND reltoastrelid <> 0
),
storage AS MATERIALIZED (
    SELECT parts.owner, sum(c.relpages) * current_setting('block_size')::bigint AS bytes
    FROM (
        SELECT owner, oid FROM heap
        UNION ALL
        SELECT heap.owner, i.indexrelid FROM heap JOIN pg_index i ON i.indrelid = heap.oid
    ) AS parts
    JOIN pg_class c ON c.oid = parts.oid
    GROUP BY parts.owner
),
object AS MATERIALIZED (
    SELECT r.*, storage.bytes::bigint AS bytes, comment.description AS comment, primary_key.list AS primary_key,
        foreign_keys.list AS foreign_keys, indexes.list AS indexes
    FROM relation r
    LEFT JOIN pg_description comment
        ON comment.classoid = 'pg_class'::regclass AND comment.objoid = r.oid AND comment.objsubid = 0
    LEFT JOIN primary_key ON primary_key.conrelid = r.oid
    LEFT JOIN foreign_keys ON foreign_keys.conrelid = r.oid
    LEFT JOIN indexes ON indexes.indrelid = r.oid
    LEFT JOIN storage ON storage.owner = r.oid
)
-- Columns are sorted before they are told: that is done object by object, while the collector works on those before.
-- || takes a third of the time of concat(), where nothing is NULL.
SELECT
    nspname::text,
    relname::text,
    is_locked,
    CASE WHEN is_analysed THEN reltuples::bigint END,
    bytes,
    coalesce(columns.count, 0),
    CASE WHEN NOT is_locked THEN concat(
        '{"type" : "dataset", "database" : ', to_json(current_database()),
        ', "schema" : ', to_json(nspname::text),
        ', "name" : ', to_json(relname::text),
        ', "kind" : ', CASE relkind WHEN 'v' THEN '"VIEW"' WHEN 'm' THEN '"MATERIALIZED_VIEW"'
            WHEN 'f' THEN '"FOREIGN_TABLE"' ELSE '"TABLE"' END,
        ', "comment" : ', coalesce(to_json(object.comment)::text, 'null'),
        ', "columns" : [', columns.list,
        '], "primary_key" : [', primary_key,
        '], "foreign_keys" : [', foreign_keys,
        '], "indexes" : [', indexes,
        '], "definition" : ', coalesce(
            to_json(CASE WHEN relkind IN ('v', 'm') THEN pg_get_viewdef(oid) END)::text, 'null'),
        '}'
    ) END
FROM (
    SELECT position, count(*) AS count, string_agg(
        '{"name" : ' || name || ', "type" : ' || to_json(format_type(atttypid, atttypmod))::text
        || ', "comment" : ' || CASE WHEN comment IS NULL THEN 'null' ELSE to_json(comment)::text END
        || ', "default" : ' || CASE
            WHEN attidentity = 'a' THEN '"GENERATED ALWAYS AS IDENTITY"'
            WHEN attidentity = 'd' THEN '"GENERATED BY DEFAULT AS IDENTITY"'
            WHEN adbin IS NULL THEN 'null'
            -- Only what a column is generated from refers to other columns of its table.
            WHEN attgenerated = '' THEN to_json(pg_get_expr(adbin, 0))::text
            ELSE to_json('GENERATED ALWAYS AS (' || pg_get_expr(adbin, attrelid) || ')')::text END
        || CASE WHEN attnotnull THEN ', "nullable" : false' ELSE ', "nullable" : true' END
        || ', "position" : ' || attnum - gaps || '}', ', ' ORDER BY attnum) AS list
    FROM (
        SELECT r.position, a.attnum, a.attrelid, a.attnotnull, a.atttypid, a.atttypmod, a.attidentity,
            a.attgenerated, d.adbin, c.description AS comment, names.names[a.attnum] AS name,
            -- A dropped column leaves a gap in attnum; positions have none.
            coalesce(width_bucket(a.attnum, names.dropped), 0) AS gaps
        FROM readable r
        JOIN column_names names ON names.attrelid = r.oid
        JOIN pg_attribute a ON a.attrelid = r.oid AND a.attnum > 0 AND a.atttypid <> 0
        LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
        LEFT JOIN pg_description c
            ON c.classoid = 'pg_class'::regclass AND c.objoid = a.attrelid AND c.objsubid = a.attnum
        OFFSET 0
    ) AS described
    GROUP BY position
) AS columns
-- The condition is always true and counts for the planner as a rare one: few rows are what it hashes.
RIGHT JOIN (SELECT * FROM object WHERE position + 0 = position) AS object ON object.position = columns.position

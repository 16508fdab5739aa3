-- The questions to the catalog that several statements ask: what a search finds, and what was at a moment. Those in
-- SQL are planned as part of the statement that asks.
SET LOCAL lock_timeout = '5s';

-- What may be found, of what is filtered by.
CREATE FUNCTION catalog_searchable(
    of_labels text[], with_removed boolean, of_endpoint uuid, of_schema text, of_kind text
) RETURNS TABLE (
    dataset_id uuid, name text, endpoint_id uuid, schema text, kind text, terms bigint[], words tsvector
) LANGUAGE sql STABLE AS $$
    SELECT s.dataset_id, s.name, s.endpoint_id, s.schema, s.kind, s.terms, s.words
    FROM catalog_search s
    WHERE s.endpoint_id NOT IN (SELECT e.id FROM metadata_endpoints e WHERE e.deleted_at IS NOT NULL)
      AND (of_labels IS NULL
           OR s.endpoint_id IN (SELECT e.id FROM metadata_endpoints e WHERE e.labels @> of_labels))
      AND (with_removed OR NOT EXISTS (
        SELECT FROM catalog_datasets gone WHERE gone.id = s.dataset_id AND gone.removed_at IS NOT NULL))
      AND (of_endpoint IS NULL OR s.endpoint_id = of_endpoint)
      AND (of_schema IS NULL OR s.schema = of_schema)
      AND (of_kind IS NULL OR s.kind = of_kind)
$$;

-- A dataset's rank is that of its best match: 1 its name is what was searched for, 2 begins with it, 3 contains it;
-- 4 its schema's name contains it; 5 a column's name is it, 6 begins with it, 7 contains it; 8 a name is spelled much
-- like it; 9 the comments contain its words.
CREATE TYPE catalog_match AS (
    dataset_id uuid, name text, endpoint_id uuid, schema text, kind text, rank integer
);

-- The LIKE pattern of what begins with a text, taken literally.
CREATE FUNCTION catalog_starting(text) RETURNS text
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN regexp_replace($1, '([\\%_])', '\\\1', 'g') || '%';

-- What a search matches, and how: a dataset is there once for each way. Each way gives at most 2,000, so that no
-- search costs more than that however much there is.
-- Planning for what is searched for would take longer than to find it. Tables are never read whole if an index
-- serves: how long it takes to compare spellings is not known to the planner.
CREATE FUNCTION catalog_matches(
    search text, search_words tsquery,
    of_labels text[], with_removed boolean, of_endpoint uuid, of_schema text, of_kind text
) RETURNS SETOF catalog_match LANGUAGE plpgsql STABLE ROWS 2000
SET enable_seqscan = off
SET plan_cache_mode = force_generic_plan
AS $$
DECLARE
    most CONSTANT integer := 2000;
    sought CONSTANT text := catalog_term(search);
    starting CONSTANT text := catalog_starting(sought);
    containing CONSTANT text := '%' || starting;
    has_trigrams CONSTANT boolean := sought ~ '[[:alnum:]]{3}';
    -- a name may be searched for with what it lies in
    place CONSTANT text := lower(substring(search FROM '^(.*)\.'));
    sought_there CONSTANT text := catalog_term(substring(search FROM '[^.]*$'));
    found bigint := 0;
    more bigint;
BEGIN
    -- signs alone are looked for as they stand
    IF sought = '' THEN
        RETURN QUERY
        WITH named AS MATERIALIZED (SELECT d.id FROM catalog_datasets d WHERE strpos(d.name, search) > 0)
        SELECT s.dataset_id, s.name, s.endpoint_id, s.schema, s.kind, 3
        FROM named n
        JOIN catalog_searchable(of_labels, with_removed, of_endpoint, of_schema, of_kind) s ON s.dataset_id = n.id
        LIMIT most;
        RETURN;
    END IF;

    RETURN QUERY
    SELECT s.dataset_id, s.name, s.endpoint_id, s.schema, s.kind, 1
    FROM catalog_searchable(of_labels, with_removed, of_endpoint, of_schema, of_kind) s
    WHERE s.name = sought
    LIMIT most;
    GET DIAGNOSTICS more = ROW_COUNT;
    found := found + more;

    RETURN QUERY
    SELECT s.dataset_id, s.name, s.endpoint_id, s.schema, s.kind, 2
    FROM catalog_searchable(of_labels, with_removed, of_endpoint, of_schema, of_kind) s
    WHERE s.name LIKE starting AND s.name <> sought
    LIMIT most;
    GET DIAGNOSTICS more = ROW_COUNT;
    found := found + more;

    IF place IS NOT NULL THEN
        IF sought_there = '' THEN
            RETURN QUERY
            WITH lying AS MATERIALIZED (
                SELECT d.id
                FROM catalog_datasets d
                WHERE right(lower(concat_ws('.', d.database, d.schema)), length(place)) = place
            )
            SELECT s.dataset_id, s.name, s.endpoint_id, s.schema, s.kind, 2
            FROM lying l
            JOIN catalog_searchable(of_labels, with_removed, of_endpoint, of_schema, of_kind) s ON s.dataset_id = l.id
            LIMIT most;
        ELSE
            RETURN QUERY
            SELECT s.dataset_id, s.name, s.endpoint_id, s.schema, s.kind,
                   CASE s.name WHEN sought_there THEN 1 ELSE 2 END
            FROM catalog_searchable(of_labels, with_removed, of_endpoint, of_schema, of_kind) s
            JOIN catalog_datasets d ON d.id = s.dataset_id
            WHERE s.name LIKE catalog_starting(sought_there)
              AND right(lower(concat_ws('.', d.database, d.schema)), length(place)) = place
            LIMIT most;
        END IF;
        GET DIAGNOSTICS more = ROW_COUNT;
        found := found + more;
    END IF;

    -- Trigrams find only what has three letters or digits in a row. What has not is compared with all names of
    -- datasets, and with the beginnings of the names of columns, which are many more.
    IF has_trigrams THEN
        RETURN QUERY
        SELECT s.dataset_id, s.name, s.endpoint_id, s.schema, s.kind, 3
        FROM catalog_searchable(of_labels, with_removed, of_endpoint, of_schema, of_kind) s
        WHERE s.name LIKE containing AND s.name NOT LIKE starting
        LIMIT most;
    ELSE
        RETURN QUERY
        SELECT s.dataset_id, s.name, s.endpoint_id, s.schema, s.kind, 3
        FROM catalog_searchable(of_labels, with_removed, of_endpoint, of_schema, of_kind) s
        WHERE strpos(s.name, sought) > 1
        LIMIT most;
    END IF;
    GET DIAGNOSTICS more = ROW_COUNT;
    found := found + more;

    IF found < most AND search_words IS NOT NULL THEN
        RETURN QUERY
        WITH met AS MATERIALIZED (
            SELECT t.id, CASE WHEN t.term LIKE '.%' THEN 4 WHEN t.term = sought THEN 5 WHEN t.term LIKE starting THEN 6
                              ELSE 7 END AS rank
            FROM catalog_terms t
            WHERE t.term LIKE CASE WHEN has_trigrams THEN containing ELSE starting END
            ORDER BY rank, length(t.term), t.id
            LIMIT 1000
        )
        SELECT s.dataset_id, s.name, s.endpoint_id, s.schema, s.kind, m.rank
        FROM met m
        JOIN catalog_searchable(of_labels, with_removed, of_endpoint, of_schema, of_kind) s ON s.terms @> ARRAY[m.id]
        LIMIT most;
        GET DIAGNOSTICS more = ROW_COUNT;
        found := found + more;
    END IF;

    -- what is met ten times is not misspelled, and signs are meant as they stand
    IF found < 10 AND sought ~ '^[[:alnum:]]{4,}$' THEN
        RETURN QUERY
        SELECT s.dataset_id, s.name, s.endpoint_id, s.schema, s.kind, 8
        FROM catalog_searchable(of_labels, with_removed, of_endpoint, of_schema, of_kind) s
        WHERE sought <% s.name
        ORDER BY word_similarity(sought, s.name) DESC, s.dataset_id
        LIMIT 30;

        RETURN QUERY
        WITH alike AS MATERIALIZED (
            SELECT t.id
            FROM catalog_terms t
            WHERE sought <% t.term AND t.term NOT LIKE '.%'
            ORDER BY word_similarity(sought, t.term) DESC, t.id
            LIMIT 30
        )
        SELECT s.dataset_id, s.name, s.endpoint_id, s.schema, s.kind, 8
        FROM alike a
        CROSS JOIN LATERAL (
            SELECT *
            FROM catalog_searchable(of_labels, with_removed, of_endpoint, of_schema, of_kind)
            WHERE terms @> ARRAY[a.id]
            LIMIT 20
        ) s;
    END IF;

    IF found < most THEN
        RETURN QUERY
        SELECT s.dataset_id, s.name, s.endpoint_id, s.schema, s.kind, 9
        FROM catalog_searchable(of_labels, with_removed, of_endpoint, of_schema, of_kind) s
        WHERE s.words @@ search_words
        LIMIT most;
    END IF;
END $$;

-- What a search finds, each dataset once; place 1 is the best match.
CREATE FUNCTION catalog_hits(
    search text, search_words tsquery, of_labels text[], with_removed boolean,
    of_endpoint uuid DEFAULT NULL, of_schema text DEFAULT NULL, of_kind text DEFAULT NULL
) RETURNS TABLE (place bigint, dataset_id uuid, endpoint_id uuid, schema text, kind text) LANGUAGE sql STABLE AS $$
    SELECT row_number() OVER (ORDER BY rank, name, dataset_id) AS place, dataset_id, endpoint_id, schema, kind
    FROM (
        SELECT DISTINCT ON (dataset_id) *
        FROM catalog_matches(search, search_words, of_labels, with_removed, of_endpoint, of_schema, of_kind)
        ORDER BY dataset_id, rank
    ) AS best
    ORDER BY place
    LIMIT 2000
$$;

-- A dataset as it was at a moment: the newest version that had begun by then, gone if that had ended already. The
-- newest of all is the dataset's own row, valid from changed_at until removed_at; those before it are in
-- catalog_versions.
CREATE FUNCTION catalog_version_at(d catalog_datasets, at timestamptz) RETURNS TABLE (
    version integer, kind text, comment text, document jsonb, valid_from timestamptz, valid_to timestamptz, run_id uuid
) LANGUAGE sql STABLE AS $$
    SELECT d.version, d.kind, d.comment, d.document, d.changed_at, d.removed_at, d.changed_run_id
    WHERE d.changed_at <= at
    UNION ALL
    (SELECT v.version, v.kind, v.comment, v.document, v.valid_from, v.valid_to, v.from_run_id
     FROM catalog_versions v
     WHERE d.changed_at > at AND v.dataset_id = d.id AND v.valid_from <= at
     ORDER BY v.valid_from DESC
     LIMIT 1)
$$;

-- The catalog as it was at a moment, of the endpoints that were there then. A version is asked for with a row made of
-- the dataset's columns, as the planner sees through it: the dataset itself would be put together for each.
CREATE FUNCTION catalog_as_of(at timestamptz, with_removed boolean, pattern text, part text) RETURNS TABLE (
    id uuid, endpoint_id uuid, database text, schema text, name text, first_seen_at timestamptz,
    version integer, kind text, comment text, document jsonb, valid_from timestamptz, valid_to timestamptz, run_id uuid
) LANGUAGE sql STABLE AS $$
    SELECT d.id, d.endpoint_id, d.database, d.schema, d.name, d.first_seen_at,
           s.version, s.kind, s.comment, s.document, s.valid_from, s.valid_to, s.run_id
    FROM catalog_datasets d
    CROSS JOIN LATERAL catalog_version_at(ROW(d.*)::catalog_datasets, at) s
    WHERE d.first_seen_at <= at
      AND d.endpoint_id NOT IN (SELECT e.id FROM metadata_endpoints e WHERE e.deleted_at <= at)
      AND (with_removed OR s.valid_to IS NULL OR s.valid_to > at)
      AND (pattern IS NULL OR catalog_term(d.name) LIKE part OR catalog_term(d.schema) LIKE part
           OR concat_ws('.', d.database, d.schema, d.name) ILIKE pattern OR s.comment ILIKE pattern
           OR EXISTS (SELECT FROM jsonb_array_elements(s.document -> 'columns') AS c
                      WHERE catalog_term(c ->> 'name') LIKE part OR c ->> 'comment' ILIKE pattern))
$$;

-- What a list of datasets can be narrowed to. The datasets are grouped once, by all that they can be filtered by;
-- each facet is then counted from the groups, without its own filter.

-- name: count_facets
WITH groups AS MATERIALIZED (
    SELECT d.endpoint_id, d.schema, d.kind, count(*) AS datasets
    FROM catalog_datasets d
    WHERE (%(include_removed)s::boolean OR d.removed_at IS NULL)
    GROUP BY d.endpoint_id, d.schema, d.kind
), judged AS MATERIALIZED (
    SELECT g.*, e.name AS endpoint_name, e.labels,
           %(endpoint_id)s::uuid IS NULL OR g.endpoint_id = %(endpoint_id)s AS is_endpoint,
           %(schema)s::text IS NULL OR g.schema IS NOT DISTINCT FROM %(schema)s AS is_schema,
           %(kind)s::text IS NULL OR g.kind = %(kind)s AS is_kind
    FROM groups g
    JOIN metadata_endpoints e ON e.id = g.endpoint_id
    WHERE e.deleted_at IS NULL AND (%(labels)s::text[] IS NULL OR e.labels @> %(labels)s::text[])
)
(SELECT 'kinds' AS facet, kind AS value, kind AS label, sum(datasets)::bigint AS count
 FROM judged WHERE is_endpoint AND is_schema
 GROUP BY kind ORDER BY count DESC, label LIMIT %(first)s)
UNION ALL
(SELECT 'endpoints', endpoint_id::text, endpoint_name, sum(datasets)::bigint AS count
 FROM judged WHERE is_schema AND is_kind
 GROUP BY endpoint_id, endpoint_name ORDER BY count DESC, endpoint_name, endpoint_id LIMIT %(first)s)
UNION ALL
(SELECT 'schemas', schema, schema, sum(datasets)::bigint AS count
 FROM judged WHERE is_endpoint AND is_kind AND schema IS NOT NULL
 GROUP BY schema ORDER BY count DESC, schema LIMIT %(first)s)
UNION ALL
(SELECT 'labels', label, label, sum(datasets)::bigint AS count
 FROM judged, unnest(labels) AS label WHERE is_endpoint AND is_schema AND is_kind
 GROUP BY label ORDER BY count DESC, label LIMIT %(first)s);

-- name: count_search_facets
WITH searchable AS NOT MATERIALIZED (
    SELECT s.*
    FROM catalog_search s
    WHERE NOT EXISTS (
        SELECT FROM metadata_endpoints e
        WHERE e.id = s.endpoint_id AND (e.deleted_at IS NOT NULL
            OR %(labels)s::text[] IS NOT NULL AND NOT e.labels @> %(labels)s::text[]))
      AND (%(include_removed)s::boolean OR NOT EXISTS (
        SELECT FROM catalog_datasets gone WHERE gone.id = s.dataset_id AND gone.removed_at IS NOT NULL))
), named AS MATERIALIZED (
    (SELECT dataset_id, name, endpoint_id, schema, kind, 1 AS rank
     FROM searchable
     WHERE name = %(term)s
     LIMIT %(most_hits)s)
    UNION ALL
    (SELECT dataset_id, name, endpoint_id, schema, kind, 2
     FROM searchable
     WHERE %(term)s <> '' AND name LIKE %(prefix)s
     LIMIT %(most_hits)s)
    UNION ALL
    (SELECT dataset_id, name, endpoint_id, schema, kind, 3
     FROM searchable
     WHERE name LIKE %(long)s
     LIMIT %(most_hits)s)
    UNION ALL
    (SELECT dataset_id, name, endpoint_id, schema, kind, 3
     FROM searchable
     WHERE %(short)s::text IS NOT NULL AND strpos(name, %(short)s) > 0
     LIMIT %(most_hits)s)
    UNION ALL
    (SELECT s.dataset_id, s.name, s.endpoint_id, s.schema, s.kind,
            CASE WHEN s.name = %(last_term)s THEN 1 ELSE 2 END
     FROM searchable s
     JOIN catalog_datasets d ON d.id = s.dataset_id
     WHERE %(parents)s::text IS NOT NULL AND s.name LIKE %(last_prefix)s
       AND lower(concat_ws('.', d.database, d.schema)) LIKE %(parents)s
     LIMIT %(most_hits)s)
    UNION ALL
    (SELECT s.dataset_id, s.name, s.endpoint_id, s.schema, s.kind, 3
     FROM searchable s
     JOIN catalog_datasets d ON d.id = s.dataset_id
     WHERE %(term)s = '' AND strpos(d.name, %(search)s) > 0
     LIMIT %(most_hits)s)
), terms AS MATERIALIZED (
    SELECT id, CASE WHEN term LIKE '.%%' THEN 4 WHEN term = %(term)s THEN 5 WHEN term LIKE %(prefix)s THEN 6 ELSE 7
               END AS rank
    FROM catalog_terms
    WHERE term LIKE %(column_part)s AND (SELECT count(*) FROM named) < %(most_hits)s
    ORDER BY rank, length(term), id
    LIMIT %(most_terms)s
), near AS MATERIALIZED (
    SELECT * FROM named
    UNION ALL
    (SELECT h.*, t.rank
     FROM terms t
     CROSS JOIN LATERAL (
        SELECT dataset_id, name, endpoint_id, schema, kind
        FROM searchable
        WHERE terms @> ARRAY[t.id]
        LIMIT %(most_hits)s) h
     LIMIT %(most_hits)s)
), room AS MATERIALIZED (
    SELECT count(*) < %(most_hits)s AS for_words,
           count(*) < %(most_near)s AND %(fuzzy)s::text IS NOT NULL AS for_fuzzy
    FROM near
), fuzzy_terms AS MATERIALIZED (
    SELECT id
    FROM catalog_terms
    WHERE (SELECT for_fuzzy FROM room) AND %(fuzzy)s <%% term AND term NOT LIKE '.%%'
    ORDER BY word_similarity(%(fuzzy)s, term) DESC, id
    LIMIT %(most_fuzzy)s
), hits AS MATERIALIZED (
    SELECT dataset_id, name, endpoint_id, schema, kind, min(rank) AS rank
    FROM (
        SELECT * FROM near
        UNION ALL
        (SELECT dataset_id, name, endpoint_id, schema, kind, 8
         FROM searchable
         WHERE (SELECT for_fuzzy FROM room) AND %(fuzzy)s <%% name
         ORDER BY word_similarity(%(fuzzy)s, name) DESC, dataset_id
         LIMIT %(most_fuzzy)s)
        UNION ALL
        (SELECT h.*, 8
         FROM fuzzy_terms t
         CROSS JOIN LATERAL (
            SELECT dataset_id, name, endpoint_id, schema, kind
            FROM searchable
            WHERE terms @> ARRAY[t.id]
            LIMIT %(most_near)s) h)
        UNION ALL
        (SELECT dataset_id, name, endpoint_id, schema, kind, 9
         FROM searchable
         WHERE (SELECT for_words FROM room) AND words @@ %(words)s::tsquery
         LIMIT %(most_hits)s)
    ) AS found
    GROUP BY dataset_id, name, endpoint_id, schema, kind
    ORDER BY min(rank), name, dataset_id
    LIMIT %(most_hits)s
), groups AS MATERIALIZED (
    SELECT endpoint_id, schema, kind, count(*) AS datasets FROM hits GROUP BY endpoint_id, schema, kind
), judged AS MATERIALIZED (
    SELECT g.*, e.name AS endpoint_name, e.labels,
           %(endpoint_id)s::uuid IS NULL OR g.endpoint_id = %(endpoint_id)s AS is_endpoint,
           %(schema)s::text IS NULL OR g.schema IS NOT DISTINCT FROM %(schema)s AS is_schema,
           %(kind)s::text IS NULL OR g.kind = %(kind)s AS is_kind
    FROM groups g
    JOIN metadata_endpoints e ON e.id = g.endpoint_id
    WHERE e.deleted_at IS NULL AND (%(labels)s::text[] IS NULL OR e.labels @> %(labels)s::text[])
)
(SELECT 'kinds' AS facet, kind AS value, kind AS label, sum(datasets)::bigint AS count
 FROM judged WHERE is_endpoint AND is_schema
 GROUP BY kind ORDER BY count DESC, label LIMIT %(first)s)
UNION ALL
(SELECT 'endpoints', endpoint_id::text, endpoint_name, sum(datasets)::bigint AS count
 FROM judged WHERE is_schema AND is_kind
 GROUP BY endpoint_id, endpoint_name ORDER BY count DESC, endpoint_name, endpoint_id LIMIT %(first)s)
UNION ALL
(SELECT 'schemas', schema, schema, sum(datasets)::bigint AS count
 FROM judged WHERE is_endpoint AND is_kind AND schema IS NOT NULL
 GROUP BY schema ORDER BY count DESC, schema LIMIT %(first)s)
UNION ALL
(SELECT 'labels', label, label, sum(datasets)::bigint AS count
 FROM judged, unnest(labels) AS label WHERE is_endpoint AND is_schema AND is_kind
 GROUP BY label ORDER BY count DESC, label LIMIT %(first)s);

-- name: count_facets_as_of
WITH groups AS MATERIALIZED (
    SELECT d.endpoint_id, d.schema, s.kind, count(*) AS datasets
    FROM catalog_datasets d
    CROSS JOIN LATERAL (
        SELECT d.kind, d.comment, d.document, d.removed_at AS valid_to
        WHERE d.changed_at <= %(at)s::timestamptz
        UNION ALL
        (SELECT v.kind, v.comment, v.document, v.valid_to
         FROM catalog_versions v
         WHERE d.changed_at > %(at)s::timestamptz AND v.dataset_id = d.id AND v.valid_from <= %(at)s::timestamptz
         ORDER BY v.valid_from DESC
         LIMIT 1)
    ) s
    WHERE d.first_seen_at <= %(at)s::timestamptz
      AND (%(include_removed)s::boolean OR s.valid_to IS NULL OR s.valid_to > %(at)s::timestamptz)
      AND (%(pattern)s::text IS NULL OR catalog_term(d.name) LIKE %(part)s OR catalog_term(d.schema) LIKE %(part)s
           OR concat_ws('.', d.database, d.schema, d.name) ILIKE %(pattern)s OR s.comment ILIKE %(pattern)s
           OR EXISTS (SELECT FROM jsonb_array_elements(s.document -> 'columns') AS c
                      WHERE catalog_term(c ->> 'name') LIKE %(part)s OR c ->> 'comment' ILIKE %(pattern)s))
    GROUP BY d.endpoint_id, d.schema, s.kind
), judged AS MATERIALIZED (
    SELECT g.*, e.name AS endpoint_name, e.labels,
           %(endpoint_id)s::uuid IS NULL OR g.endpoint_id = %(endpoint_id)s AS is_endpoint,
           %(schema)s::text IS NULL OR g.schema IS NOT DISTINCT FROM %(schema)s AS is_schema,
           %(kind)s::text IS NULL OR g.kind = %(kind)s AS is_kind
    FROM groups g
    JOIN metadata_endpoints e ON e.id = g.endpoint_id
    WHERE (e.deleted_at IS NULL OR e.deleted_at > %(at)s::timestamptz)
      AND (%(labels)s::text[] IS NULL OR e.labels @> %(labels)s::text[])
)
(SELECT 'kinds' AS facet, kind AS value, kind AS label, sum(datasets)::bigint AS count
 FROM judged WHERE is_endpoint AND is_schema
 GROUP BY kind ORDER BY count DESC, label LIMIT %(first)s)
UNION ALL
(SELECT 'endpoints', endpoint_id::text, endpoint_name, sum(datasets)::bigint AS count
 FROM judged WHERE is_schema AND is_kind
 GROUP BY endpoint_id, endpoint_name ORDER BY count DESC, endpoint_name, endpoint_id LIMIT %(first)s)
UNION ALL
(SELECT 'schemas', schema, schema, sum(datasets)::bigint AS count
 FROM judged WHERE is_endpoint AND is_kind AND schema IS NOT NULL
 GROUP BY schema ORDER BY count DESC, schema LIMIT %(first)s)
UNION ALL
(SELECT 'labels', label, label, sum(datasets)::bigint AS count
 FROM judged, unnest(labels) AS label WHERE is_endpoint AND is_schema AND is_kind
 GROUP BY label ORDER BY count DESC, label LIMIT %(first)s);

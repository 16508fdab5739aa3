-- What a list of datasets can be narrowed to. The datasets are grouped once, by all that they can be filtered by;
-- each facet is then counted from the groups, without its own filter.

-- name: count_facets
WITH groups AS MATERIALIZED (
    SELECT d.endpoint_id, d.schema, d.kind, count(*) AS datasets
    FROM catalog_datasets d
    WHERE (%(include_removed)s::boolean OR d.removed_at IS NULL)
      AND (%(pattern)s::text IS NULL OR d.name ILIKE %(pattern)s OR d.schema ILIKE %(pattern)s
           OR d.comment ILIKE %(pattern)s
           OR (strpos(%(pattern)s, '.') > 0
               AND concat_ws('.', d.database, d.schema, d.name) ILIKE %(pattern)s)
           OR EXISTS (SELECT FROM jsonb_array_elements(d.document -> 'columns') AS c
                      WHERE c ->> 'name' ILIKE %(pattern)s OR c ->> 'comment' ILIKE %(pattern)s))
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
      AND (%(pattern)s::text IS NULL OR d.name ILIKE %(pattern)s OR d.schema ILIKE %(pattern)s
           OR s.comment ILIKE %(pattern)s
           OR EXISTS (SELECT FROM jsonb_array_elements(s.document -> 'columns') AS c
                      WHERE c ->> 'name' ILIKE %(pattern)s OR c ->> 'comment' ILIKE %(pattern)s))
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

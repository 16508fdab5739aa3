-- What a list of datasets can be narrowed to. The datasets are grouped once, by all that they can be filtered by;
-- each facet is then counted from the groups, without its own filter.

-- name: count_facets
-- Of the three lists of datasets - what there is, what a search finds, what there was - the planner keeps the wanted.
WITH groups AS MATERIALIZED (
    SELECT endpoint_id, schema, kind, count(*) AS datasets
    FROM catalog_datasets
    WHERE %(at)s::timestamptz IS NULL AND %(search)s::text IS NULL AND (%(include_removed)s OR removed_at IS NULL)
    GROUP BY endpoint_id, schema, kind
    UNION ALL
    SELECT endpoint_id, schema, kind, count(*)
    FROM catalog_hits(%(search)s, %(words)s, %(labels)s, %(include_removed)s)
    WHERE %(at)s::timestamptz IS NULL AND %(search)s::text IS NOT NULL
    GROUP BY endpoint_id, schema, kind
    UNION ALL
    SELECT endpoint_id, schema, kind, count(*)
    FROM catalog_as_of(%(at)s, %(include_removed)s, %(pattern)s, %(part)s)
    WHERE %(at)s::timestamptz IS NOT NULL
    GROUP BY endpoint_id, schema, kind
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

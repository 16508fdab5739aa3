-- Lineage: written when a run has changed the catalog, read by dataset. It stays within one endpoint.

-- name: list_views_to_trace
-- Those whose text, or whose way of being read, is another than it was; and those that read what has changed since.
SELECT d.id
FROM metadata_collection_runs r
JOIN metadata_endpoints e ON e.id = r.endpoint_id
JOIN catalog_datasets d ON d.endpoint_id = r.endpoint_id
LEFT JOIN catalog_lineage l ON l.dataset_id = d.id
WHERE r.id = %(run_id)s AND d.kind IN ('VIEW', 'MATERIALIZED_VIEW') AND d.removed_at IS NULL
  AND (l.dataset_id IS NULL OR l.document_hash <> d.document_hash OR l.method <> %(method)s
       OR EXISTS (SELECT FROM catalog_lineage_sources s
                  JOIN catalog_datasets t ON t.endpoint_id = s.endpoint_id AND t.identity = s.identity
                  WHERE s.dataset_id = d.id AND t.changed_at > l.traced_at)
       -- SQLite takes a table that came under the same letters in another case for the one that went
       OR e.template_id = 'sqlite' AND EXISTS (
           SELECT FROM catalog_lineage_sources s
           JOIN catalog_datasets t ON t.endpoint_id = s.endpoint_id AND lower(t.name) = lower(s.name)
           WHERE s.dataset_id = d.id AND t.changed_at > l.traced_at))
ORDER BY d.schema, d.name, d.id;

-- name: views_for_ids
SELECT d.id, d.endpoint_id, e.template_id, d.database, d.schema, d.document_hash,
       d.document ->> 'definition' AS text, clock_timestamp() AS seen_at,
       ARRAY(SELECT c.value ->> 'name'
             FROM jsonb_array_elements(d.document -> 'columns') WITH ORDINALITY AS c (value, number)
             ORDER BY c.number) AS columns
FROM catalog_datasets d
JOIN metadata_endpoints e ON e.id = d.endpoint_id
WHERE d.id = ANY(%(ids)s)
ORDER BY d.schema, d.name, d.id;

-- name: tables_by_identity
SELECT d.identity, d.schema, d.name,
       ARRAY(SELECT c.value ->> 'name'
             FROM jsonb_array_elements(d.document -> 'columns') WITH ORDINALITY AS c (value, number)
             ORDER BY c.number) AS columns
FROM catalog_datasets d
WHERE d.endpoint_id = %(endpoint_id)s AND d.removed_at IS NULL AND d.identity = ANY(%(identities)s);

-- name: tables_by_folded_name
-- for sources that do not mind the case of a name: two tables never differ in it alone
SELECT d.identity, d.schema, d.name,
       ARRAY(SELECT c.value ->> 'name'
             FROM jsonb_array_elements(d.document -> 'columns') WITH ORDINALITY AS c (value, number)
             ORDER BY c.number) AS columns
FROM catalog_datasets d
WHERE d.endpoint_id = %(endpoint_id)s AND d.removed_at IS NULL AND lower(d.name) = ANY(%(names)s);

-- name: delete_lineage
DELETE FROM catalog_lineage WHERE dataset_id = ANY(%(ids)s);

-- name: insert_lineage
-- only of what the dataset still is
INSERT INTO catalog_lineage (dataset_id, document_hash, method, traced_at, note)
SELECT d.id, d.document_hash, %(method)s, %(at)s, %(note)s
FROM catalog_datasets d
WHERE d.id = %(dataset_id)s AND d.document_hash = %(document_hash)s;

-- name: insert_lineage_source
INSERT INTO catalog_lineage_sources (dataset_id, identity, endpoint_id, schema, name, level, columns)
SELECT d.id, %(identity)s, d.endpoint_id, %(schema)s, %(name)s, %(level)s, %(columns)s
FROM catalog_lineage l
JOIN catalog_datasets d ON d.id = l.dataset_id
WHERE l.dataset_id = %(dataset_id)s;

-- name: upstream_edges
SELECT edge.*
FROM unnest(%(ids)s::uuid[]) AS wanted (id)
CROSS JOIN LATERAL (
    SELECT d.id AS from_id, s.dataset_id AS to_id, s.level, s.columns
    FROM catalog_lineage_sources s
    JOIN metadata_endpoints e ON e.id = s.endpoint_id AND e.deleted_at IS NULL
    JOIN catalog_datasets d ON d.endpoint_id = s.endpoint_id AND d.identity = s.identity
    WHERE s.dataset_id = wanted.id
    ORDER BY d.schema, d.name, d.id
    LIMIT %(limit)s
) edge;

-- name: downstream_edges
SELECT edge.*
FROM unnest(%(ids)s::uuid[]) AS wanted (id)
CROSS JOIN LATERAL (
    SELECT o.id AS from_id, d.id AS to_id, s.level, s.columns
    FROM catalog_datasets o
    JOIN metadata_endpoints e ON e.id = o.endpoint_id AND e.deleted_at IS NULL
    JOIN catalog_lineage_sources s ON s.endpoint_id = o.endpoint_id AND s.identity = o.identity
    JOIN catalog_datasets d ON d.id = s.dataset_id AND d.removed_at IS NULL
    WHERE o.id = wanted.id
    ORDER BY d.schema, d.name, d.id
    LIMIT %(limit)s
) edge;

-- name: lineage_notes
-- of views: whether they have been traced, what is said of it, and what they read that the catalog never held
SELECT d.id, l.dataset_id IS NOT NULL AND l.document_hash = d.document_hash AS is_traced, l.note,
       ARRAY(SELECT concat_ws('.', s.schema, s.name)
             FROM catalog_lineage_sources s
             WHERE s.dataset_id = d.id AND NOT EXISTS (
                 SELECT FROM catalog_datasets t WHERE t.endpoint_id = s.endpoint_id AND t.identity = s.identity)
             ORDER BY s.schema, s.name) AS missing
FROM catalog_datasets d
LEFT JOIN catalog_lineage l ON l.dataset_id = d.id
WHERE d.id = ANY(%(ids)s) AND d.kind IN ('VIEW', 'MATERIALIZED_VIEW');

-- name: references_to
SELECT wanted.id AS to_id, found.dataset_id, found.key
FROM unnest(%(ids)s::uuid[]) AS wanted (id)
JOIN catalog_datasets d ON d.id = wanted.id
JOIN metadata_endpoints e ON e.id = d.endpoint_id AND e.deleted_at IS NULL
CROSS JOIN LATERAL (
    SELECT r.id AS dataset_id, k.value AS key
    FROM catalog_datasets r
    CROSS JOIN LATERAL jsonb_array_elements(r.document -> 'foreign_keys') WITH ORDINALITY AS k (value, number)
    WHERE r.document -> 'foreign_keys' <> '[]'
      AND (r.document -> 'foreign_keys') @> jsonb_build_array(
          jsonb_build_object('to_schema', d.schema, 'to_name', d.name))
      AND k.value @> jsonb_build_object('to_schema', d.schema, 'to_name', d.name)
      AND r.endpoint_id = d.endpoint_id AND r.database IS NOT DISTINCT FROM d.database AND r.removed_at IS NULL
    ORDER BY r.schema, r.name, r.id, k.number
    LIMIT %(first)s
) found;

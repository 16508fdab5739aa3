-- A dataset's last confirmation: its own while it lags or is gone, else that of its scope's last run.

-- name: datasets_for_ids
-- The rows first: joined at once, all of their endpoints' datasets may be looked through.
WITH wanted AS MATERIALIZED (SELECT * FROM catalog_datasets WHERE id = ANY(%(ids)s))
SELECT d.*, e.labels AS endpoint_labels, o.row_count_estimate, o.size_bytes,
       coalesce(d.confirmed_at, s.confirmed_at, d.changed_at) AS collected_at,
       CASE WHEN d.confirmed_at IS NOT NULL THEN d.confirmed_run_id
            WHEN s.confirmed_at IS NOT NULL THEN s.run_id
            ELSE d.changed_run_id END AS collected_run_id
FROM wanted d
JOIN metadata_endpoints e ON e.id = d.endpoint_id
LEFT JOIN catalog_scopes s ON s.endpoint_id = d.endpoint_id
    AND s.database IS NOT DISTINCT FROM d.database AND s.schema IS NOT DISTINCT FROM d.schema
LEFT JOIN catalog_observations o ON o.dataset_id = d.id
WHERE e.deleted_at IS NULL;

-- name: dataset_position
SELECT first_seen_at AS at, id FROM catalog_datasets WHERE id = %(id)s;

-- name: list_datasets
-- What is on the page is found in the index alone, and only then read.
SELECT d.*, e.labels AS endpoint_labels, o.row_count_estimate, o.size_bytes,
       coalesce(d.confirmed_at, s.confirmed_at, d.changed_at) AS collected_at,
       CASE WHEN d.confirmed_at IS NOT NULL THEN d.confirmed_run_id
            WHEN s.confirmed_at IS NOT NULL THEN s.run_id
            ELSE d.changed_run_id END AS collected_run_id
FROM (
    SELECT d.id
    FROM catalog_datasets d
    WHERE d.endpoint_id NOT IN (SELECT id FROM metadata_endpoints WHERE deleted_at IS NOT NULL)
      AND (%(include_removed)s::boolean OR d.removed_at IS NULL)
      AND (%(endpoint_id)s::uuid IS NULL OR d.endpoint_id = %(endpoint_id)s)
      AND (%(labels)s::text[] IS NULL
           OR d.endpoint_id IN (SELECT id FROM metadata_endpoints WHERE labels @> %(labels)s::text[]))
      AND (%(schema)s::text IS NULL OR d.schema = %(schema)s)
      AND (%(kind)s::text IS NULL OR d.kind = %(kind)s)
      AND (d.first_seen_at, d.id) < (%(before_at)s::timestamptz, %(before_id)s::uuid)
    ORDER BY d.first_seen_at DESC, d.id DESC
    LIMIT %(first)s
) page
JOIN catalog_datasets d ON d.id = page.id
JOIN metadata_endpoints e ON e.id = d.endpoint_id
LEFT JOIN catalog_scopes s ON s.endpoint_id = d.endpoint_id
    AND s.database IS NOT DISTINCT FROM d.database AND s.schema IS NOT DISTINCT FROM d.schema
LEFT JOIN catalog_observations o ON o.dataset_id = d.id
ORDER BY d.first_seen_at DESC, d.id DESC;

-- name: count_datasets
SELECT count(*)
FROM catalog_datasets d
JOIN metadata_endpoints e ON e.id = d.endpoint_id
WHERE e.deleted_at IS NULL
  AND (%(include_removed)s::boolean OR d.removed_at IS NULL)
  AND (%(endpoint_id)s::uuid IS NULL OR d.endpoint_id = %(endpoint_id)s)
  AND (%(labels)s::text[] IS NULL OR e.labels @> %(labels)s::text[])
  AND (%(schema)s::text IS NULL OR d.schema = %(schema)s)
  AND (%(kind)s::text IS NULL OR d.kind = %(kind)s);

-- name: list_schemas
SELECT DISTINCT d.schema
FROM catalog_datasets d
JOIN metadata_endpoints e ON e.id = d.endpoint_id
WHERE e.deleted_at IS NULL AND d.removed_at IS NULL AND d.schema IS NOT NULL
  AND (%(endpoint_id)s::uuid IS NULL OR d.endpoint_id = %(endpoint_id)s)
ORDER BY d.schema
LIMIT %(first)s;

-- name: dataset_ids_for_identities
SELECT d.endpoint_id, d.identity, d.id
FROM unnest(%(endpoint_ids)s::uuid[], %(identities)s::bytea[]) AS wanted (endpoint_id, identity)
JOIN catalog_datasets d ON d.endpoint_id = wanted.endpoint_id AND d.identity = wanted.identity
WHERE d.removed_at IS NULL;

-- name: change_position
SELECT at, id FROM catalog_changes WHERE id = %(id)s;

-- name: list_changes
SELECT c.*
FROM catalog_changes c
JOIN metadata_endpoints e ON e.id = c.endpoint_id
WHERE e.deleted_at IS NULL
  AND (%(endpoint_id)s::uuid IS NULL OR c.endpoint_id = %(endpoint_id)s)
  AND (%(dataset_id)s::uuid IS NULL OR c.dataset_id = %(dataset_id)s)
  AND (%(run_id)s::uuid IS NULL OR c.run_id = %(run_id)s)
  AND (%(kinds)s::text[] IS NULL OR c.kind = ANY(%(kinds)s::text[]))
  AND (NOT %(breaking_only)s::boolean OR c.is_breaking)
  AND (%(from)s::timestamptz IS NULL OR c.at >= %(from)s)
  AND (c.at, c.id) < (%(before_at)s::timestamptz, %(before_id)s::bigint)
ORDER BY c.at DESC, c.id DESC
LIMIT %(first)s;

-- name: changes_for_run_ids
SELECT found.*
FROM unnest(%(ids)s::uuid[]) AS wanted (id)
CROSS JOIN LATERAL (
    SELECT c.*
    FROM catalog_changes c
    JOIN metadata_endpoints e ON e.id = c.endpoint_id AND e.deleted_at IS NULL
    WHERE c.run_id = wanted.id
    ORDER BY c.at DESC, c.id DESC
    LIMIT %(limit)s
) found
ORDER BY found.at DESC, found.id DESC;

-- name: change_counts_for_run_ids
SELECT c.run_id, count(*) AS changes
FROM catalog_changes c
JOIN metadata_endpoints e ON e.id = c.endpoint_id AND e.deleted_at IS NULL
WHERE c.run_id = ANY(%(ids)s)
GROUP BY c.run_id;

-- name: count_changes
SELECT count(*)
FROM catalog_changes c
JOIN metadata_endpoints e ON e.id = c.endpoint_id
WHERE e.deleted_at IS NULL
  AND (%(endpoint_id)s::uuid IS NULL OR c.endpoint_id = %(endpoint_id)s)
  AND (%(dataset_id)s::uuid IS NULL OR c.dataset_id = %(dataset_id)s)
  AND (%(run_id)s::uuid IS NULL OR c.run_id = %(run_id)s)
  AND (%(kinds)s::text[] IS NULL OR c.kind = ANY(%(kinds)s::text[]))
  AND (NOT %(breaking_only)s::boolean OR c.is_breaking)
  AND (%(from)s::timestamptz IS NULL OR c.at >= %(from)s)
  AND (%(to)s::timestamptz IS NULL OR c.at <= %(to)s);

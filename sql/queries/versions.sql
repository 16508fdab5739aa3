-- The catalog as it was: catalog_version_at and catalog_as_of are functions of the database.

-- name: versions_for_dataset_ids
SELECT v.*
FROM unnest(%(ids)s::uuid[]) AS wanted (id)
CROSS JOIN LATERAL (
    SELECT d.id AS dataset_id, d.version, d.changed_at AS valid_from, d.removed_at AS valid_to,
           d.changed_run_id AS run_id, d.document
    FROM catalog_datasets d
    WHERE d.id = wanted.id
    UNION ALL
    (SELECT p.dataset_id, p.version, p.valid_from, p.valid_to, p.from_run_id, p.document
     FROM catalog_versions p
     WHERE p.dataset_id = wanted.id
     ORDER BY p.version DESC
     LIMIT %(first)s)
    ORDER BY version DESC
    LIMIT %(first)s
) v
ORDER BY v.dataset_id, v.version DESC;

-- name: changes_at
SELECT c.*
FROM unnest(%(dataset_ids)s::uuid[], %(ats)s::timestamptz[]) AS wanted (dataset_id, at)
JOIN catalog_changes c ON c.dataset_id = wanted.dataset_id AND c.at = wanted.at
ORDER BY c.id;

-- name: observations_for_dataset_ids
-- the last one before the days asked for, too: it held when they began
SELECT o.*
FROM unnest(%(ids)s::uuid[]) AS wanted (id)
CROSS JOIN LATERAL (
    SELECT p.dataset_id, p.observed_at AS at, p.row_count_estimate, p.size_bytes
    FROM catalog_observation_days p
    WHERE p.dataset_id = wanted.id AND p.day >= COALESCE(
        (SELECT max(b.day) FROM catalog_observation_days b
         WHERE b.dataset_id = wanted.id AND b.day <= %(since)s::date),
        %(since)s::date)
    UNION ALL
    SELECT n.dataset_id, n.observed_at, n.row_count_estimate, n.size_bytes
    FROM catalog_observations n
    WHERE n.dataset_id = wanted.id
) o
ORDER BY o.dataset_id, o.at;

-- name: datasets_as_of
SELECT d.*, e.labels AS endpoint_labels, %(search)s::text AS found_by,
       d.valid_from AS changed_at, d.valid_from AS collected_at, d.run_id AS collected_run_id,
       CASE WHEN d.valid_to <= %(at)s::timestamptz THEN d.valid_to END AS removed_at,
       o.row_count_estimate, o.size_bytes
FROM catalog_as_of(%(at)s, %(include_removed)s, %(pattern)s, %(part)s) d
JOIN metadata_endpoints e ON e.id = d.endpoint_id
LEFT JOIN LATERAL (
    SELECT n.row_count_estimate, n.size_bytes, n.observed_at
    FROM catalog_observations n
    WHERE n.dataset_id = d.id AND n.observed_at <= %(at)s::timestamptz
    UNION ALL
    SELECT p.row_count_estimate, p.size_bytes, p.observed_at
    FROM catalog_observation_days p
    WHERE p.dataset_id = d.id AND p.observed_at <= %(at)s::timestamptz
    ORDER BY observed_at DESC
    LIMIT 1
) o ON true
WHERE (%(ids)s::uuid[] IS NULL OR d.id = ANY(%(ids)s::uuid[]))
  AND (%(endpoint_id)s::uuid IS NULL OR d.endpoint_id = %(endpoint_id)s)
  AND (%(labels)s::text[] IS NULL OR e.labels @> %(labels)s::text[])
  AND (%(schema)s::text IS NULL OR d.schema = %(schema)s)
  AND (%(kind)s::text IS NULL OR d.kind = %(kind)s)
  AND (d.first_seen_at, d.id) < (%(before_at)s::timestamptz, %(before_id)s::uuid)
ORDER BY d.first_seen_at DESC, d.id DESC
LIMIT %(first)s;

-- name: count_datasets_as_of
SELECT count(*)
FROM catalog_as_of(%(at)s, %(include_removed)s, %(pattern)s, %(part)s) d
JOIN metadata_endpoints e ON e.id = d.endpoint_id
WHERE (%(endpoint_id)s::uuid IS NULL OR d.endpoint_id = %(endpoint_id)s)
  AND (%(labels)s::text[] IS NULL OR e.labels @> %(labels)s::text[])
  AND (%(schema)s::text IS NULL OR d.schema = %(schema)s)
  AND (%(kind)s::text IS NULL OR d.kind = %(kind)s);

-- The catalog as it was. A dataset's newest version is its own row, valid from changed_at until removed_at; those
-- before it are in catalog_versions. What was at a moment is the newest version that had begun by then; where it
-- had ended already, the dataset was gone.

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
SELECT d.id, d.endpoint_id, d.database, d.schema, d.name, d.first_seen_at, e.labels AS endpoint_labels,
       %(search)s::text AS found_by,
       s.kind, s.comment, s.document, s.version, s.valid_from AS changed_at,
       s.valid_from AS collected_at, s.run_id AS collected_run_id,
       CASE WHEN s.valid_to <= %(at)s::timestamptz THEN s.valid_to END AS removed_at,
       o.row_count_estimate, o.size_bytes
FROM catalog_datasets d
JOIN metadata_endpoints e ON e.id = d.endpoint_id
CROSS JOIN LATERAL (
    SELECT d.version, d.kind, d.comment, d.document, d.changed_at AS valid_from, d.removed_at AS valid_to,
           d.changed_run_id AS run_id
    WHERE d.changed_at <= %(at)s::timestamptz
    UNION ALL
    (SELECT v.version, v.kind, v.comment, v.document, v.valid_from, v.valid_to, v.from_run_id
     FROM catalog_versions v
     WHERE d.changed_at > %(at)s::timestamptz AND v.dataset_id = d.id AND v.valid_from <= %(at)s::timestamptz
     ORDER BY v.valid_from DESC
     LIMIT 1)
) s
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
WHERE d.first_seen_at <= %(at)s::timestamptz
  AND (e.deleted_at IS NULL OR e.deleted_at > %(at)s::timestamptz)
  AND (%(ids)s::uuid[] IS NULL OR d.id = ANY(%(ids)s::uuid[]))
  AND (%(include_removed)s::boolean OR s.valid_to IS NULL OR s.valid_to > %(at)s::timestamptz)
  AND (%(endpoint_id)s::uuid IS NULL OR d.endpoint_id = %(endpoint_id)s)
  AND (%(labels)s::text[] IS NULL OR e.labels @> %(labels)s::text[])
  AND (%(schema)s::text IS NULL OR d.schema = %(schema)s)
  AND (%(kind)s::text IS NULL OR s.kind = %(kind)s)
  AND (%(pattern)s::text IS NULL OR catalog_term(d.name) LIKE %(part)s OR catalog_term(d.schema) LIKE %(part)s
       OR concat_ws('.', d.database, d.schema, d.name) ILIKE %(pattern)s OR s.comment ILIKE %(pattern)s
       OR EXISTS (SELECT FROM jsonb_array_elements(s.document -> 'columns') AS c
                  WHERE catalog_term(c ->> 'name') LIKE %(part)s OR c ->> 'comment' ILIKE %(pattern)s))
  AND (d.first_seen_at, d.id) < (%(before_at)s::timestamptz, %(before_id)s::uuid)
ORDER BY d.first_seen_at DESC, d.id DESC
LIMIT %(first)s;

-- name: count_datasets_as_of
SELECT count(*)
FROM catalog_datasets d
JOIN metadata_endpoints e ON e.id = d.endpoint_id
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
  AND (e.deleted_at IS NULL OR e.deleted_at > %(at)s::timestamptz)
  AND (%(include_removed)s::boolean OR s.valid_to IS NULL OR s.valid_to > %(at)s::timestamptz)
  AND (%(endpoint_id)s::uuid IS NULL OR d.endpoint_id = %(endpoint_id)s)
  AND (%(labels)s::text[] IS NULL OR e.labels @> %(labels)s::text[])
  AND (%(schema)s::text IS NULL OR d.schema = %(schema)s)
  AND (%(kind)s::text IS NULL OR s.kind = %(kind)s)
  AND (%(pattern)s::text IS NULL OR catalog_term(d.name) LIKE %(part)s OR catalog_term(d.schema) LIKE %(part)s
       OR concat_ws('.', d.database, d.schema, d.name) ILIKE %(pattern)s OR s.comment ILIKE %(pattern)s
       OR EXISTS (SELECT FROM jsonb_array_elements(s.document -> 'columns') AS c
                  WHERE catalog_term(c ->> 'name') LIKE %(part)s OR c ->> 'comment' ILIKE %(pattern)s));

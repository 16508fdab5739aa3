-- Two states of an endpoint's catalog. A dataset that neither began a version nor went after the earlier moment is
-- the same in both.

-- name: comparison_position
SELECT COALESCE(schema, '') AS schema, name, id FROM catalog_datasets WHERE id = %(id)s;

-- name: list_differences
SELECT d.id, d.endpoint_id, d.database, d.schema, d.name, d.first_seen_at, e.labels AS endpoint_labels,
       COALESCE(a.kind, b.kind) AS kind,
       CASE WHEN a.document IS NULL THEN b.comment ELSE a.comment END AS comment,
       COALESCE(a.document, b.document) AS document,
       COALESCE(a.version, b.version) AS version,
       COALESCE(a.valid_from, b.valid_from) AS changed_at,
       COALESCE(a.valid_from, b.valid_from) AS collected_at,
       CASE WHEN a.document IS NULL THEN b.run_id ELSE a.run_id END AS collected_run_id,
       CASE WHEN a.document IS NULL THEN b.valid_to END AS removed_at,
       o.row_count_estimate, o.size_bytes,
       b.document AS before, a.document AS after
FROM catalog_datasets d
JOIN metadata_endpoints e ON e.id = d.endpoint_id
LEFT JOIN LATERAL catalog_version_at(ROW(d.*)::catalog_datasets, %(from)s) b ON b.valid_to IS NULL OR b.valid_to > %(from)s::timestamptz
LEFT JOIN LATERAL catalog_version_at(ROW(d.*)::catalog_datasets, %(to)s) a ON a.valid_to IS NULL OR a.valid_to > %(to)s::timestamptz
LEFT JOIN catalog_observations o ON o.dataset_id = d.id
WHERE d.endpoint_id = %(endpoint_id)s
  AND (d.changed_at > %(from)s::timestamptz OR d.removed_at > %(from)s::timestamptz)
  AND b.document IS DISTINCT FROM a.document
  AND (%(kind)s::text IS NULL
       OR %(kind)s::text = CASE WHEN b.document IS NULL THEN 'ADDED' WHEN a.document IS NULL THEN 'REMOVED'
                           ELSE 'CHANGED' END)
  AND (%(after_id)s::uuid IS NULL
       OR (COALESCE(d.schema, ''), d.name, d.id) > (%(after_schema)s::text, %(after_name)s::text, %(after_id)s::uuid))
ORDER BY COALESCE(d.schema, ''), d.name, d.id
LIMIT %(first)s;

-- name: count_differences
SELECT count(*) FILTER (WHERE b.document IS NULL) AS added,
       count(*) FILTER (WHERE b.document IS NOT NULL AND a.document IS NOT NULL) AS changed,
       count(*) FILTER (WHERE a.document IS NULL) AS removed
FROM catalog_datasets d
LEFT JOIN LATERAL catalog_version_at(ROW(d.*)::catalog_datasets, %(from)s) b ON b.valid_to IS NULL OR b.valid_to > %(from)s::timestamptz
LEFT JOIN LATERAL catalog_version_at(ROW(d.*)::catalog_datasets, %(to)s) a ON a.valid_to IS NULL OR a.valid_to > %(to)s::timestamptz
WHERE d.endpoint_id = %(endpoint_id)s
  AND (d.changed_at > %(from)s::timestamptz OR d.removed_at > %(from)s::timestamptz)
  AND b.document IS DISTINCT FROM a.document;

-- name: merge_moment
-- what was approved later is not of the merge
SELECT min(at) AS at FROM catalog_changes WHERE run_id = %(run_id)s;

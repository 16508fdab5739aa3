-- name: get_endpoint
SELECT * FROM metadata_endpoints WHERE id = %(id)s;

-- name: lock_endpoint
-- Not FOR UPDATE: rows that refer to this one may go on being written.
SELECT * FROM metadata_endpoints WHERE id = %(id)s FOR NO KEY UPDATE;

-- name: endpoints_for_ids
SELECT * FROM metadata_endpoints WHERE id = ANY(%(ids)s);

-- name: endpoint_names_for_ids
-- Without the documents, which take longer to read than all else.
SELECT id, source_id, name, template_id, domain, deleted_at IS NOT NULL AS is_deleted
FROM metadata_endpoints
WHERE id = ANY(%(ids)b::uuid[]);

-- name: endpoint_position
SELECT created_at AS at, id FROM metadata_endpoints WHERE id = %(id)s;

-- name: list_endpoints
SELECT e.*
FROM metadata_endpoints e
WHERE (%(include_deleted)s::boolean OR e.deleted_at IS NULL)
  AND (%(pattern)s::text IS NULL OR e.name ILIKE %(pattern)s OR e.source_id ILIKE %(pattern)s
       OR e.description ILIKE %(pattern)s OR e.domain ILIKE %(pattern)s OR e.url ILIKE %(pattern)s)
  AND (%(labels)s::text[] IS NULL OR e.labels @> %(labels)s::text[])
  AND (%(capability)s::text IS NULL OR %(capability)s = ANY(e.capabilities))
  AND (e.created_at, e.id) < (%(before_at)s::timestamptz, %(before_id)s::uuid)
ORDER BY e.created_at DESC, e.id DESC
LIMIT %(first)s;

-- name: count_endpoints
SELECT count(*)
FROM metadata_endpoints e
WHERE (%(include_deleted)s::boolean OR e.deleted_at IS NULL)
  AND (%(pattern)s::text IS NULL OR e.name ILIKE %(pattern)s OR e.source_id ILIKE %(pattern)s
       OR e.description ILIKE %(pattern)s OR e.domain ILIKE %(pattern)s OR e.url ILIKE %(pattern)s)
  AND (%(labels)s::text[] IS NULL OR e.labels @> %(labels)s::text[])
  AND (%(capability)s::text IS NULL OR %(capability)s = ANY(e.capabilities));

-- name: dataset_counts_for_endpoint_ids
SELECT d.endpoint_id, count(*) AS datasets
FROM catalog_datasets d
JOIN metadata_endpoints e ON e.id = d.endpoint_id AND e.deleted_at IS NULL
WHERE d.endpoint_id = ANY(%(ids)s) AND d.removed_at IS NULL
GROUP BY d.endpoint_id;

-- name: sealed_secrets
SELECT secrets FROM metadata_endpoints WHERE id = %(id)s;

-- name: is_source_id_taken
SELECT count(*) FROM metadata_endpoints WHERE source_id = %(source_id)s AND deleted_at IS NULL;

-- name: insert_endpoint
INSERT INTO metadata_endpoints (
    source_id, name, description, template_id, verb, url, domain, labels, parameters, secrets, capabilities,
    policy
) VALUES (
    %(source_id)s, %(name)s, %(description)s, %(template_id)s, %(verb)s, %(url)s, %(domain)s, %(labels)s,
    %(parameters)s, %(secrets)s, %(capabilities)s, %(policy)s
)
RETURNING *;

-- name: update_endpoint
UPDATE metadata_endpoints
SET name = %(name)s, description = %(description)s, template_id = %(template_id)s, verb = %(verb)s,
    url = %(url)s, domain = %(domain)s, labels = %(labels)s, parameters = %(parameters)s,
    secrets = coalesce(%(secrets)s::jsonb, secrets), capabilities = %(capabilities)s, policy = %(policy)s,
    updated_at = now()
WHERE id = %(id)s AND deleted_at IS NULL
RETURNING *;

-- name: set_last_test
UPDATE metadata_endpoints
SET last_test = %(last_test)s, detected_version = coalesce(%(detected_version)s, detected_version)
WHERE id = %(id)s AND deleted_at IS NULL
RETURNING *;

-- name: soft_delete_endpoint
UPDATE metadata_endpoints
SET deleted_at = %(now)s, updated_at = now()
WHERE id = %(id)s AND deleted_at IS NULL;

-- name: list_labels
SELECT DISTINCT label
FROM metadata_endpoints e
CROSS JOIN LATERAL unnest(e.labels) AS label
WHERE e.deleted_at IS NULL
ORDER BY label
LIMIT %(first)s;

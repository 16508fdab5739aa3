-- name: find_known
-- Not when a later run of the endpoint went wrong: then the source is looked at anew.
SELECT f.fingerprint
FROM catalog_fingerprints f
JOIN metadata_collection_runs known ON known.id = f.run_id
WHERE f.endpoint_id = %(endpoint_id)s AND f.scope = %(scope)s AND f.read_at > %(read_since)s
  AND NOT EXISTS (
      SELECT FROM metadata_collection_runs r
      WHERE r.endpoint_id = f.endpoint_id AND r.requested_at > known.requested_at
        AND r.status IN ('PARTIAL', 'FAILED', 'CANCELED')
  );

-- name: confirm_scopes
UPDATE catalog_scopes c
SET confirmed_at = %(at)s, run_id = %(run_id)s
FROM catalog_fingerprints f
WHERE f.endpoint_id = %(endpoint_id)s AND f.scope = %(scope)s AND f.fingerprint = %(fingerprint)s
  AND c.endpoint_id = f.endpoint_id AND c.run_id = f.run_id;

-- name: confirm
UPDATE catalog_fingerprints
SET run_id = %(run_id)s
WHERE endpoint_id = %(endpoint_id)s AND scope = %(scope)s AND fingerprint = %(fingerprint)s
RETURNING datasets, columns, filtered;

-- name: forget
DELETE FROM catalog_fingerprints WHERE endpoint_id = %(endpoint_id)s;

-- name: forget_for_run
DELETE FROM catalog_fingerprints
WHERE endpoint_id = (SELECT endpoint_id FROM metadata_collection_runs WHERE id = %(run_id)s);

-- name: remember
-- Not where removals wait for a person: then the catalog is not what the source is.
INSERT INTO catalog_fingerprints (endpoint_id, scope, fingerprint, read_at, datasets, columns, filtered, run_id)
SELECT endpoint_id, %(scope)s, %(fingerprint)s, clock_timestamp(), %(datasets)s, %(columns)s, %(filtered)s, id
FROM metadata_collection_runs
WHERE id = %(run_id)s AND coalesce((stats ->> 'held_removals')::integer, 0) = 0
ON CONFLICT (endpoint_id)
DO UPDATE SET scope = excluded.scope, fingerprint = excluded.fingerprint, read_at = excluded.read_at,
    datasets = excluded.datasets, columns = excluded.columns, filtered = excluded.filtered, run_id = excluded.run_id;

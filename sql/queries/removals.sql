-- Removals that wait for a person, and what a person decides. Whoever decides holds the lock that merges of the
-- endpoint take (persist.sql, lock_endpoint_of_run): what is decided is not merged meanwhile.

-- name: list_held_removals
-- what later runs settled is no question any more, and is left out unless it is one run that is asked about
SELECT run_id, endpoint_id, held_at, decision, decided_at, decided_by, count(*) AS count
FROM catalog_held_removals
WHERE (%(endpoint_id)s::uuid IS NULL OR endpoint_id = %(endpoint_id)s)
  AND (%(run_id)s::uuid IS NULL OR run_id = %(run_id)s)
  AND (decision IS NULL OR %(include_decided)s::boolean
       AND (%(run_id)s::uuid IS NOT NULL OR decision IN ('APPROVED', 'DISMISSED', 'RESTORED')))
  AND endpoint_id IN (SELECT id FROM metadata_endpoints WHERE deleted_at IS NULL)
GROUP BY run_id, endpoint_id, held_at, decision, decided_at, decided_by
ORDER BY (decision IS NULL) DESC, held_at DESC, run_id
LIMIT %(first)s;

-- name: held_removals_of_run
SELECT run_id, endpoint_id, held_at, decision, decided_at, decided_by, count(*) AS count
FROM catalog_held_removals
WHERE run_id = %(run_id)s
GROUP BY run_id, endpoint_id, held_at, decision, decided_at, decided_by
ORDER BY decided_at DESC NULLS FIRST;

-- name: held_dataset_ids
SELECT h.dataset_id
FROM catalog_held_removals h
JOIN catalog_datasets d ON d.id = h.dataset_id
WHERE h.run_id = %(run_id)s AND h.decision IS NOT DISTINCT FROM %(decision)s::text
  AND h.decided_at IS NOT DISTINCT FROM %(decided_at)s::timestamptz
  AND (d.first_seen_at, d.id) < (%(before_at)s::timestamptz, %(before_id)s::uuid)
ORDER BY d.first_seen_at DESC, d.id DESC
LIMIT %(first)s;

-- name: held_dataset_ids_for_held
-- each by its place in the lists: a decision, and its moment, may be none
SELECT wanted.place, found.dataset_id
FROM unnest(%(run_ids)s::uuid[], %(decisions)s::text[], %(decided_ats)s::timestamptz[])
    WITH ORDINALITY AS wanted (run_id, decision, decided_at, place)
CROSS JOIN LATERAL (
    SELECT h.dataset_id, d.first_seen_at
    FROM catalog_held_removals h
    JOIN catalog_datasets d ON d.id = h.dataset_id
    WHERE h.run_id = wanted.run_id AND h.decision IS NOT DISTINCT FROM wanted.decision
      AND h.decided_at IS NOT DISTINCT FROM wanted.decided_at
    ORDER BY d.first_seen_at DESC, d.id DESC
    LIMIT %(first)s
) found
ORDER BY wanted.place, found.first_seen_at DESC, found.dataset_id DESC;

-- name: decision_moment
-- Later than whatever was merged before: it was waited for.
SELECT clock_timestamp() AS at;

-- name: decide_held_removals
UPDATE catalog_held_removals
SET decision = %(decision)s, decided_at = %(at)s, decided_by = %(by)s
WHERE run_id = %(run_id)s AND decision IS NULL;

-- name: remove_approved
UPDATE catalog_datasets d
SET removed_at = %(at)s, removed_run_id = %(run_id)s, is_kept = false
FROM catalog_held_removals h
WHERE h.run_id = %(run_id)s AND h.decision = 'APPROVED' AND h.decided_at = %(at)s AND d.id = h.dataset_id;

-- name: insert_approved_changes
INSERT INTO catalog_changes (at, kind, endpoint_id, dataset_id, run_id, is_breaking)
SELECT %(at)s, 'DATASET_REMOVED', d.endpoint_id, d.id, %(run_id)s, true
FROM catalog_held_removals h
JOIN catalog_datasets d ON d.id = h.dataset_id
WHERE h.run_id = %(run_id)s AND h.decision = 'APPROVED' AND h.decided_at = %(at)s
ORDER BY d.identity;

-- name: keep_dismissed
UPDATE catalog_datasets d
SET is_kept = true
FROM catalog_held_removals h
WHERE h.run_id = %(run_id)s AND h.decision = 'DISMISSED' AND h.decided_at = %(at)s AND d.id = h.dataset_id;

-- name: record_restored
-- what the run removed of its own accord was never held: it is recorded as if it had been
INSERT INTO catalog_held_removals (run_id, dataset_id, endpoint_id, held_at, decision, decided_at, decided_by)
SELECT %(run_id)s, id, endpoint_id, removed_at, 'RESTORED', %(at)s, %(by)s
FROM catalog_datasets
WHERE removed_run_id = %(run_id)s
ON CONFLICT (run_id, dataset_id)
DO UPDATE SET decision = 'RESTORED', decided_at = excluded.decided_at, decided_by = excluded.decided_by;

-- name: insert_versions_before_restore
INSERT INTO catalog_versions (dataset_id, version, valid_from, valid_to, from_run_id, to_run_id,
                              kind, comment, document)
SELECT id, version, changed_at, removed_at, changed_run_id, removed_run_id, kind, comment, document
FROM catalog_datasets
WHERE removed_run_id = %(run_id)s;

-- name: insert_restored_by_person
-- no run found it: a person decided
INSERT INTO catalog_changes (at, kind, endpoint_id, dataset_id)
SELECT %(at)s, 'DATASET_RESTORED', endpoint_id, id
FROM catalog_datasets
WHERE removed_run_id = %(run_id)s
ORDER BY identity;

-- name: restore_removed
UPDATE catalog_datasets
SET version = version + 1, changed_at = %(at)s, changed_run_id = NULL, removed_at = NULL, removed_run_id = NULL,
    is_kept = true
WHERE removed_run_id = %(run_id)s;

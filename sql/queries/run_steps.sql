-- name: record_step
-- An attempt that began earlier than the one recorded says nothing any more, and nothing begins in a run that
-- has ended. Nobody waits for the disk: it is told to people, and nothing is decided by it.
WITH unhurried AS MATERIALIZED (SELECT set_config('synchronous_commit', 'off', true))
INSERT INTO metadata_collection_run_steps AS known
    (run_id, name, state, started_at, attempt_started_at, ended_at, attempts, error)
SELECT %(run_id)s, %(name)s, %(state)s, %(began_at)s, %(began_at)s, %(ended_at)s, %(attempt)s, %(error)s
FROM unhurried
WHERE EXISTS (
    SELECT FROM metadata_collection_runs
    WHERE id = %(run_id)s AND (status IN ('QUEUED', 'RUNNING') OR %(state)s <> 'RUNNING')
)
ON CONFLICT (run_id, name) DO UPDATE
SET state = excluded.state, attempt_started_at = excluded.attempt_started_at, ended_at = excluded.ended_at,
    attempts = greatest(known.attempts, excluded.attempts), error = coalesce(excluded.error, known.error)
WHERE known.attempt_started_at <= excluded.attempt_started_at;

-- name: steps_for_run_ids
SELECT run_id, name, state, started_at, ended_at, attempts, error
FROM metadata_collection_run_steps
WHERE run_id = ANY(%(ids)s);

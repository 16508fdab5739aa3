-- The merge of one run's staged records into the catalog: one transaction, set by set.
-- Its tables are the session's and empty between merges: to make and drop them each time would take longer than
-- to merge a small source. None that is always filled has an index: emptying it would end every plan that knows it.

-- name: lock_endpoint_of_run
-- one merge per endpoint at a time; the lock goes with the transaction
SELECT pg_advisory_xact_lock(hashtextextended('muster.catalog:' || endpoint_id::text, 0))
FROM metadata_collection_runs
WHERE id = %(run_id)s;

-- name: bound_transaction
-- The plan of a foreign key's check is made once, not for each row anew, whatever the session's setting is.
-- Whether the session has the tables for what is staged: asking for them again one by one takes longer than to ask.
SELECT to_regclass('pg_temp.unseen_datasets') IS NOT NULL AS has_staged_tables,
       set_config('statement_timeout', %(limit_ms)s::bigint::text, true),
       set_config('idle_in_transaction_session_timeout', %(limit_ms)s::bigint::text, true),
       set_config('plan_cache_mode', 'auto', true),
       set_config('work_mem', '64MB', true),
       set_config('synchronous_commit', 'on', true);

-- name: get_run_to_merge
SELECT r.endpoint_id, r.status, r.stats IS NOT NULL AS is_merged, clock_timestamp() AS at, e.policy
FROM metadata_collection_runs r
JOIN metadata_endpoints e ON e.id = r.endpoint_id
WHERE r.id = %(run_id)s;

-- name: has_failures
SELECT EXISTS (SELECT FROM metadata_collection_run_failures WHERE run_id = %(run_id)s);

-- name: create_staged_tables
CREATE TEMP TABLE IF NOT EXISTS staged_datasets (
    identity bytea NOT NULL,
    database text,
    schema text,
    name text NOT NULL,
    kind text NOT NULL,
    comment text,
    hash text NOT NULL,
    ordinal integer NOT NULL,
    columns integer NOT NULL,
    row_count_estimate bigint,
    size_bytes bigint
) ON COMMIT DELETE ROWS;
CREATE TEMP TABLE IF NOT EXISTS staged_failures (identity bytea NOT NULL) ON COMMIT DELETE ROWS;
CREATE TEMP TABLE IF NOT EXISTS staged_scopes (
    database text,
    schema text,
    is_confirmed boolean NOT NULL,
    is_complete boolean NOT NULL,
    is_limited boolean NOT NULL
) ON COMMIT DELETE ROWS;
-- of datasets that the catalog has; those of new ones are copied to where they stay
CREATE TEMP TABLE IF NOT EXISTS staged_documents (
    ordinal integer NOT NULL,
    document jsonb NOT NULL
) ON COMMIT DELETE ROWS;
-- what the merge will write to, known before it writes
CREATE TEMP TABLE IF NOT EXISTS affected_datasets (
    identity bytea NOT NULL,
    ordinal integer NOT NULL,
    hash text NOT NULL,
    dataset_id uuid,
    is_different boolean NOT NULL,
    is_returned boolean NOT NULL,
    begins_version boolean NOT NULL
) ON COMMIT DELETE ROWS;
CREATE TEMP TABLE IF NOT EXISTS unseen_datasets (
    dataset_id uuid NOT NULL,
    is_removed boolean NOT NULL,
    is_held boolean NOT NULL DEFAULT false,
    is_waiting boolean NOT NULL,
    is_kept boolean NOT NULL,
    is_hidden boolean NOT NULL,
    database text,
    schema text,
    confirmed_at timestamptz,
    confirmed_run_id uuid
) ON COMMIT DELETE ROWS;

-- name: copy_staged_datasets
COPY staged_datasets (identity, database, schema, name, kind, comment, hash, ordinal, columns, row_count_estimate,
                      size_bytes) FROM STDIN (ENCODING 'UTF8');

-- name: copy_staged_failures
COPY staged_failures (identity) FROM STDIN;

-- name: copy_run_failures
COPY metadata_collection_run_failures (run_id, id, database, schema, name, code, reason) FROM STDIN;

-- name: copy_staged_scopes
COPY staged_scopes (database, schema, is_confirmed, is_complete, is_limited) FROM STDIN;

-- name: copy_added_datasets
COPY catalog_datasets (id, endpoint_id, identity, database, schema, name, kind, comment, document, document_hash,
                       first_seen_at, changed_at, changed_run_id) FROM STDIN (ENCODING 'UTF8');

-- name: copy_staged_documents
COPY staged_documents (ordinal, document) FROM STDIN (ENCODING 'UTF8');

-- name: copy_changes
COPY catalog_changes (at, kind, endpoint_id, dataset_id, run_id, field, before, after, is_breaking) FROM STDIN;

-- name: analyze_staged_datasets
-- how many there are, and that each has its own identity, is what plans need to know
ANALYZE staged_datasets (identity);

-- name: count_staged_datasets
SELECT database, schema, count(*), sum(columns),
       (SELECT count(*) > count(DISTINCT identity) FROM staged_datasets) AS has_doubles
FROM staged_datasets
GROUP BY database, schema;

-- name: find_affected_datasets
INSERT INTO affected_datasets (identity, ordinal, hash, dataset_id, is_different, is_returned, begins_version)
SELECT s.identity, s.ordinal, s.hash, d.id,
       d.document_hash IS DISTINCT FROM s.hash,
       d.removed_at IS NOT NULL,
       d.removed_at IS NOT NULL
FROM staged_datasets s
LEFT JOIN catalog_datasets d ON d.endpoint_id = %(endpoint_id)s AND d.identity = s.identity
WHERE d.id IS NULL OR d.document_hash <> s.hash OR d.removed_at IS NOT NULL OR d.confirmed_at IS NOT NULL;

-- name: list_wanted_ordinals
SELECT ordinal, dataset_id IS NULL AS is_new FROM affected_datasets WHERE is_different;

-- name: mark_new_versions
-- A hash may differ where the documents are equal (another spelling of the same): that is no new version.
UPDATE affected_datasets a
SET begins_version = a.is_returned OR d.document <> n.document
FROM staged_documents n, catalog_datasets d
WHERE n.ordinal = a.ordinal AND a.is_different AND d.id = a.dataset_id;

-- name: allow_nested_loops
-- The planner knows little of tables that were filled a moment ago: a loop over all datasets times all parents,
-- chosen on a wrong guess, takes minutes.
SELECT set_config('enable_nestloop', %(allowed)s::text, true);

-- name: find_unseen_datasets
-- Live datasets that this run did not see, where it met their parent, or read the whole list of parents of
-- their database. Whatever is not proven to be gone only lags: it keeps the confirmation of its parent's last run.
-- Hidden: the account was not shown it, and may not see all there is.
-- Parents are compared as JSON arrays: with NULLs in them they are equal all the same, and can be hashed.
INSERT INTO unseen_datasets (dataset_id, is_removed, is_waiting, is_kept, is_hidden, database, schema,
                             confirmed_at, confirmed_run_id)
WITH unseen AS MATERIALIZED (
    SELECT d.id, d.database, d.schema, d.confirmed_at, d.changed_at, d.changed_run_id, d.is_kept,
           jsonb_build_array(d.database, d.schema) AS scope,
           EXISTS (SELECT FROM staged_failures f WHERE f.identity = d.identity) AS is_failed,
           EXISTS (SELECT FROM catalog_held_removals h WHERE h.dataset_id = d.id AND h.decision IS NULL) AS is_waiting
    FROM catalog_datasets d
    WHERE d.endpoint_id = %(endpoint_id)s AND d.removed_at IS NULL
      AND NOT EXISTS (SELECT FROM staged_datasets s WHERE s.identity = d.identity)
), judged AS (
    SELECT u.*,
           NOT u.is_failed AND COALESCE(
               c.is_complete,
               %(complete_scope)s AND u.database IS NOT DISTINCT FROM %(scope_database)s::text
           ) AS is_removed,
           NOT u.is_failed AND COALESCE(
               c.is_limited,
               %(limited_scope)s AND u.database IS NOT DISTINCT FROM %(scope_database)s::text
           ) AS is_hidden,
           COALESCE(c.is_confirmed, false) AS is_in_scope
    FROM unseen u
    LEFT JOIN staged_scopes c ON jsonb_build_array(c.database, c.schema) = u.scope
)
SELECT j.id, j.is_removed, j.is_waiting OR j.is_kept, j.is_kept, j.is_hidden, j.database, j.schema,
       COALESCE(p.confirmed_at, j.changed_at), COALESCE(p.run_id, j.changed_run_id)
FROM judged j
LEFT JOIN catalog_scopes p ON p.endpoint_id = %(endpoint_id)s
    AND jsonb_build_array(p.database, p.schema) = j.scope
WHERE j.is_removed OR j.is_hidden OR (j.is_in_scope AND j.confirmed_at IS NULL);

-- name: count_hidden_datasets
SELECT database, schema, count(*) FROM unseen_datasets WHERE is_hidden GROUP BY database, schema ORDER BY 1, 2;

-- name: count_removals
SELECT count(*) AS removals,
       count(*) FILTER (WHERE is_kept) AS kept,
       (SELECT count(*) FROM catalog_datasets WHERE endpoint_id = %(endpoint_id)s AND removed_at IS NULL) AS live
FROM unseen_datasets
WHERE is_removed;

-- name: hold_removals
-- What waits for a person, or was kept by one, is held whatever the number: a run does not decide it.
UPDATE unseen_datasets
SET is_removed = false, is_held = true
WHERE is_removed AND (is_waiting OR %(all)s::boolean);

-- name: supersede_held_removals
UPDATE catalog_held_removals h
SET decision = 'SUPERSEDED', decided_at = %(at)s
FROM unseen_datasets u
WHERE h.dataset_id = u.dataset_id AND u.is_held AND h.decision IS NULL;

-- name: insert_held_removals
INSERT INTO catalog_held_removals (run_id, dataset_id, endpoint_id, held_at)
SELECT %(run_id)s, dataset_id, %(endpoint_id)s, %(at)s FROM unseen_datasets WHERE is_held;

-- name: settle_seen_removals
UPDATE catalog_held_removals h
SET decision = 'SEEN', decided_at = %(at)s
FROM affected_datasets a
WHERE h.dataset_id = a.dataset_id AND h.decision IS NULL;

-- name: lock_datasets_to_write
SELECT count(*) FROM (
    SELECT FROM catalog_datasets d
    WHERE d.id IN (SELECT a.dataset_id FROM affected_datasets a UNION ALL SELECT u.dataset_id FROM unseen_datasets u)
    ORDER BY d.identity
    FOR NO KEY UPDATE
) AS locked;

-- name: list_differing_documents
SELECT d.id, d.document, n.document, a.is_returned
FROM affected_datasets a
JOIN catalog_datasets d ON d.id = a.dataset_id
JOIN staged_documents n ON n.ordinal = a.ordinal
WHERE a.is_different AND a.begins_version
ORDER BY a.ordinal;

-- name: insert_added_changes
INSERT INTO catalog_changes (at, kind, endpoint_id, dataset_id, run_id)
SELECT %(at)s, 'DATASET_ADDED', %(endpoint_id)s, d.id, %(run_id)s
FROM affected_datasets a
JOIN catalog_datasets d ON d.endpoint_id = %(endpoint_id)s AND d.identity = a.identity
WHERE a.dataset_id IS NULL
ORDER BY a.ordinal;

-- name: insert_restored_changes
INSERT INTO catalog_changes (at, kind, endpoint_id, dataset_id, run_id)
SELECT %(at)s, 'DATASET_RESTORED', %(endpoint_id)s, a.dataset_id, %(run_id)s
FROM affected_datasets a
WHERE a.is_returned
ORDER BY a.ordinal;

-- name: insert_superseded_versions
INSERT INTO catalog_versions (dataset_id, version, valid_from, valid_to, from_run_id, to_run_id,
                              kind, comment, document)
SELECT d.id, d.version, d.changed_at, COALESCE(d.removed_at, %(at)s), d.changed_run_id,
       CASE WHEN d.removed_at IS NULL THEN %(run_id)s ELSE d.removed_run_id END,
       d.kind, d.comment, d.document
FROM affected_datasets a
JOIN catalog_datasets d ON d.id = a.dataset_id
WHERE a.begins_version;

-- name: update_documents
UPDATE catalog_datasets d
SET kind = s.kind, comment = s.comment, document = n.document, document_hash = a.hash,
    version = d.version + a.begins_version::integer,
    changed_at = CASE WHEN a.begins_version THEN %(at)s ELSE d.changed_at END,
    changed_run_id = CASE WHEN a.begins_version THEN %(run_id)s ELSE d.changed_run_id END,
    removed_at = NULL, removed_run_id = NULL, confirmed_at = NULL, confirmed_run_id = NULL, is_kept = false
FROM affected_datasets a
JOIN staged_datasets s ON s.identity = a.identity
JOIN staged_documents n ON n.ordinal = a.ordinal
WHERE d.id = a.dataset_id AND a.is_different;

-- name: confirm_returned_and_lagging
UPDATE catalog_datasets d
SET version = d.version + a.begins_version::integer,
    changed_at = CASE WHEN a.begins_version THEN %(at)s ELSE d.changed_at END,
    changed_run_id = CASE WHEN a.begins_version THEN %(run_id)s ELSE d.changed_run_id END,
    removed_at = NULL, removed_run_id = NULL, confirmed_at = NULL, confirmed_run_id = NULL, is_kept = false
FROM affected_datasets a
WHERE d.id = a.dataset_id AND NOT a.is_different;

-- name: freeze_unseen
UPDATE catalog_datasets d
SET confirmed_at = COALESCE(d.confirmed_at, u.confirmed_at),
    confirmed_run_id = CASE WHEN d.confirmed_at IS NULL THEN u.confirmed_run_id ELSE d.confirmed_run_id END,
    removed_at = CASE WHEN u.is_removed THEN %(at)s::timestamptz END,
    removed_run_id = CASE WHEN u.is_removed THEN %(run_id)s::uuid END
FROM unseen_datasets u
WHERE d.id = u.dataset_id AND (u.is_removed OR d.confirmed_at IS NULL);

-- name: insert_removed_changes
INSERT INTO catalog_changes (at, kind, endpoint_id, dataset_id, run_id, is_breaking)
SELECT %(at)s, 'DATASET_REMOVED', %(endpoint_id)s, d.id, %(run_id)s, true
FROM unseen_datasets u
JOIN catalog_datasets d ON d.id = u.dataset_id
WHERE u.is_removed
ORDER BY d.identity;

-- name: confirm_scopes
INSERT INTO catalog_scopes (endpoint_id, database, schema, confirmed_at, run_id)
SELECT %(endpoint_id)s, database, schema, %(at)s, %(run_id)s
FROM staged_scopes
WHERE is_confirmed
ORDER BY database, schema
ON CONFLICT ON CONSTRAINT catalog_scopes_key
DO UPDATE SET confirmed_at = excluded.confirmed_at, run_id = excluded.run_id;

-- name: record_observations
-- Only what moved is written. The value of an earlier day is put by before the latest takes its place.
WITH moved AS MATERIALIZED (
    SELECT d.id, s.row_count_estimate, s.size_bytes, o.row_count_estimate AS old_estimate,
           o.size_bytes AS old_size, o.observed_at AS old_at
    FROM staged_datasets s
    JOIN catalog_datasets d ON d.endpoint_id = %(endpoint_id)s AND d.identity = s.identity
    LEFT JOIN catalog_observations o ON o.dataset_id = d.id
    WHERE (s.row_count_estimate, s.size_bytes) IS DISTINCT FROM (o.row_count_estimate, o.size_bytes)
), put_by AS (
    INSERT INTO catalog_observation_days (dataset_id, day, row_count_estimate, size_bytes, observed_at)
    SELECT id, (old_at AT TIME ZONE 'UTC')::date, old_estimate, old_size, old_at
    FROM moved
    WHERE (old_at AT TIME ZONE 'UTC')::date < (%(at)s::timestamptz AT TIME ZONE 'UTC')::date
    ON CONFLICT DO NOTHING
), replaced AS (
    UPDATE catalog_observations o
    SET row_count_estimate = m.row_count_estimate, size_bytes = m.size_bytes, observed_at = %(at)s
    FROM moved m
    WHERE o.dataset_id = m.id
)
INSERT INTO catalog_observations (dataset_id, row_count_estimate, size_bytes, observed_at)
SELECT id, row_count_estimate, size_bytes, %(at)s
FROM moved
WHERE old_at IS NULL;

-- name: index_datasets
-- What is added or changed is found from now on (catalog_search). What is new cannot be there yet: looking whether it
-- is takes as long as writing it.
WITH changed AS MATERIALIZED (
    SELECT d.id, d.is_new, d.endpoint_id, d.schema, d.kind, catalog_term(d.name) AS name, c.names,
           array_remove(array_append(c.terms, catalog_term_id('.' || d.schema)), NULL) AS terms,
           to_tsvector('simple', regexp_replace(
               NULLIF(concat_ws(' ', d.comment, c.comments), ''), '[/@.:_+-]', ' ', 'g'
           )) AS words
    FROM (
        SELECT d.id, d.endpoint_id, d.schema, d.kind, d.name, d.comment, d.document, a.dataset_id IS NULL AS is_new
        FROM affected_datasets a
        JOIN catalog_datasets d ON d.endpoint_id = %(endpoint_id)s AND d.identity = a.identity
        WHERE a.is_different
        OFFSET 0 -- or every document of the endpoint is read before those of them are chosen
    ) d
    CROSS JOIN LATERAL (
        SELECT array_agg(c.name) AS names, array_agg(catalog_term_id(c.name)) AS terms,
               string_agg(c.comment, ' ') AS comments
        FROM jsonb_to_recordset(d.document -> 'columns') AS c (name text, comment text)
    ) c
), spelled AS MATERIALIZED (
    SELECT catalog_term_id(name) AS id, catalog_term(name) AS term
    FROM (SELECT DISTINCT unnest(names) AS name FROM changed) AS columns
    UNION ALL
    SELECT catalog_term_id('.' || schema), '.' || catalog_term(schema)
    FROM (SELECT DISTINCT schema FROM changed WHERE schema IS NOT NULL) AS schemas
), numbered AS (
    INSERT INTO catalog_terms (id, term)
    SELECT id, term
    FROM spelled s
    WHERE NOT EXISTS (SELECT FROM catalog_terms t WHERE t.id = s.id)
), known AS (
    INSERT INTO catalog_search (dataset_id, endpoint_id, schema, kind, name, terms, words)
    SELECT id, endpoint_id, schema, kind, name, terms, words FROM changed WHERE NOT is_new
    ON CONFLICT (dataset_id)
    DO UPDATE SET kind = excluded.kind, terms = excluded.terms, words = excluded.words
    WHERE (catalog_search.kind, catalog_search.terms, catalog_search.words)
          IS DISTINCT FROM (excluded.kind, excluded.terms, excluded.words)
)
INSERT INTO catalog_search (dataset_id, endpoint_id, schema, kind, name, terms, words)
SELECT id, endpoint_id, schema, kind, name, terms, words FROM changed WHERE is_new;

-- name: hold_keys
SELECT pg_advisory_xact_lock_shared(%(lock)s);

-- name: await_holders
SELECT pg_advisory_xact_lock(%(lock)s);

-- name: begin_rotation
SELECT pg_try_advisory_lock(%(lock)s) AS is_ours;

-- name: get_check
SELECT key_id, sealed FROM secret_key_check;

-- name: insert_check
INSERT INTO secret_key_check (key_id, sealed) VALUES (%(key_id)s, %(sealed)s) ON CONFLICT DO NOTHING;

-- name: replace_check
UPDATE secret_key_check SET key_id = %(key_id)s, sealed = %(sealed)s, written_at = now();

-- name: newest_secrets
SELECT secrets FROM metadata_endpoints WHERE secrets <> '{}' ORDER BY updated_at DESC LIMIT %(first)s;

-- name: endpoints_with_secrets
SELECT id, secrets FROM metadata_endpoints
WHERE secrets <> '{}' AND id > %(after)s
ORDER BY id LIMIT %(first)s;

-- name: lock_endpoint_secrets
SELECT secrets FROM metadata_endpoints WHERE id = %(id)s FOR NO KEY UPDATE;

-- name: replace_endpoint_secrets
-- Nothing about the endpoint has changed: its time of change stays.
UPDATE metadata_endpoints SET secrets = %(secrets)s WHERE id = %(id)s;

-- name: tests_with_secrets
SELECT id, secrets FROM metadata_connection_tests
WHERE secrets <> '{}' AND id > %(after)s
ORDER BY id LIMIT %(first)s;

-- name: lock_test_secrets
SELECT secrets FROM metadata_connection_tests WHERE id = %(id)s FOR NO KEY UPDATE;

-- name: replace_test_secrets
UPDATE metadata_connection_tests SET secrets = %(secrets)s WHERE id = %(id)s;

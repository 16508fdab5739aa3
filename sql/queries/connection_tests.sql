-- name: insert_test
INSERT INTO metadata_connection_tests (template_id, parameters, secrets)
VALUES (%(template_id)s, %(parameters)s, %(secrets)s)
RETURNING id;

-- name: get_test
SELECT * FROM metadata_connection_tests WHERE id = %(id)s;

-- name: finish_test
UPDATE metadata_connection_tests
SET finished_at = now(), ok = %(ok)s, diagnostics = %(diagnostics)s, detected_version = %(detected_version)s,
    secrets = '{}'
WHERE id = %(id)s AND finished_at IS NULL;

-- name: delete_test
DELETE FROM metadata_connection_tests WHERE id = %(id)s;

-- name: delete_old_tests
DELETE FROM metadata_connection_tests WHERE requested_at < %(older_than)s;

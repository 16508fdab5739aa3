-- name: insert_token
INSERT INTO api_tokens (name, role, token_hash, key_id, expires_at)
VALUES (%(name)s, %(role)s, %(token_hash)s, %(key_id)s, %(expires_at)s)
RETURNING id, name, role, created_at, last_used_at, expires_at, revoked_at;

-- name: list_tokens
SELECT id, name, role, created_at, last_used_at, expires_at, revoked_at
FROM api_tokens
ORDER BY created_at DESC, id DESC;

-- name: revoke_token
UPDATE api_tokens SET revoked_at = coalesce(revoked_at, now())
WHERE id = %(id)s
RETURNING id, name, role, created_at, last_used_at, expires_at, revoked_at;

-- name: use_token
-- Every request asks this: it writes once a minute only, and once after a rotation of keys. A digest is moved
-- to the caller's newest key only when everybody's newest is the same.
WITH found AS (
    SELECT id, name, role
    FROM api_tokens
    WHERE token_hash = ANY(%(hashes)s) AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > now())
), noted AS (
    UPDATE api_tokens
    SET last_used_at = now(),
        token_hash = CASE WHEN newest.key_id IS NULL THEN api_tokens.token_hash ELSE %(newest_hash)s END,
        key_id = coalesce(newest.key_id, api_tokens.key_id)
    FROM found
    LEFT JOIN secret_key_check newest ON newest.key_id = %(newest_key_id)s
    WHERE api_tokens.id = found.id
      AND (api_tokens.last_used_at IS NULL OR api_tokens.last_used_at <= now() - interval '1 minute'
           OR (newest.key_id IS NOT NULL AND api_tokens.key_id IS DISTINCT FROM newest.key_id))
)
SELECT id, name, role FROM found;

-- name: count_tokens_not_under
-- Live tokens that are not known to be stored under this key.
SELECT count(*) FROM api_tokens
WHERE key_id IS DISTINCT FROM %(key_id)s
  AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > now());

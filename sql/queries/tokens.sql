-- name: insert_token
INSERT INTO api_tokens (name, role, token_hash, expires_at)
VALUES (%(name)s, %(role)s, %(token_hash)s, %(expires_at)s)
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
-- Every request asks this: it writes once a minute only.
WITH found AS (
    SELECT id, name, role
    FROM api_tokens
    WHERE token_hash = ANY(%(hashes)s) AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > now())
), noted AS (
    UPDATE api_tokens SET last_used_at = now()
    FROM found
    WHERE api_tokens.id = found.id
      AND (api_tokens.last_used_at IS NULL OR api_tokens.last_used_at <= now() - interval '1 minute')
)
SELECT id, name, role FROM found;

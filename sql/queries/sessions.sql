-- name: insert_session
INSERT INTO browser_sessions
    (value_hash, name, role, identity, api_token_id, admin_token_hash, lifetime, expires_at, ends_at)
VALUES (
    %(value_hash)s, %(name)s, %(role)s, %(identity)s, %(api_token_id)s, %(admin_token_hash)s, %(lifetime)s,
    now() + %(lifetime)s, now() + %(longest)s
);

-- name: use_session
-- Every request with a cookie asks this: it writes once a minute only, and when the digest is of an older key.
WITH found AS (
    SELECT s.value_hash, coalesce(t.name, s.name) AS name, coalesce(t.role, s.role) AS role, s.identity
    FROM browser_sessions s
    LEFT JOIN api_tokens t ON t.id = s.api_token_id
    WHERE s.value_hash = ANY(%(hashes)s) AND s.expires_at > now()
      AND t.revoked_at IS NULL AND (t.expires_at IS NULL OR t.expires_at > now())
      AND (s.admin_token_hash IS NULL OR s.admin_token_hash = ANY(%(admin_token_hashes)s))
), renewed AS (
    UPDATE browser_sessions s SET
        expires_at = least(now() + s.lifetime, s.ends_at),
        value_hash = %(newest_hash)s,
        admin_token_hash = CASE WHEN s.admin_token_hash IS NOT NULL THEN %(newest_admin_token_hash)s::bytea END
    FROM found
    WHERE s.value_hash = found.value_hash AND (
        s.expires_at < least(now() + s.lifetime - interval '1 minute', s.ends_at)
        OR s.value_hash <> %(newest_hash)s
    )
)
SELECT name, role, identity FROM found;

-- name: delete_session
DELETE FROM browser_sessions WHERE value_hash = ANY(%(hashes)s);

-- name: delete_expired_sessions
-- Whoever signs in does this: of two at once, neither waits for the other.
DELETE FROM browser_sessions WHERE value_hash IN (
    SELECT value_hash FROM browser_sessions WHERE expires_at <= now() FOR UPDATE SKIP LOCKED
);

-- name: insert_link
INSERT INTO sign_in_links (code_hash, name, role, identity, api_token_id, admin_token_hash, expires_at)
VALUES (
    %(code_hash)s, %(name)s, %(role)s, %(identity)s, %(api_token_id)s, %(admin_token_hash)s,
    now() + %(lifetime)s
);

-- name: redeem_link
-- Deleted as it is read: of two that come at once, one gets the session.
WITH taken AS (
    DELETE FROM sign_in_links
    WHERE code_hash = ANY(%(hashes)s) AND expires_at > now()
    RETURNING name, role, identity, api_token_id, admin_token_hash
)
INSERT INTO browser_sessions
    (value_hash, name, role, identity, api_token_id, admin_token_hash, lifetime, expires_at, ends_at)
SELECT
    %(value_hash)s, name, role, identity, api_token_id, admin_token_hash, %(lifetime)s,
    now() + %(lifetime)s, now() + %(longest)s
FROM taken;

-- name: delete_expired_links
DELETE FROM sign_in_links WHERE code_hash IN (
    SELECT code_hash FROM sign_in_links WHERE expires_at <= now() FOR UPDATE SKIP LOCKED
);

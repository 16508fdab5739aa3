-- Tokens are stored as a keyed hash only.
SET LOCAL lock_timeout = '5s';

CREATE TABLE api_tokens (
    id uuid CONSTRAINT api_tokens_pkey PRIMARY KEY DEFAULT gen_random_uuid(),
    name text NOT NULL,
    role text NOT NULL CONSTRAINT api_tokens_role_check CHECK (role IN ('VIEWER', 'EDITOR', 'ADMIN')),
    token_hash bytea NOT NULL CONSTRAINT api_tokens_token_hash_key UNIQUE,
    created_at timestamptz NOT NULL DEFAULT now(),
    last_used_at timestamptz,
    expires_at timestamptz,
    revoked_at timestamptz
);

-- Who is signed in with a browser. The value of a cookie or a link is stored as a keyed hash only.
SET LOCAL lock_timeout = '5s';

CREATE TABLE browser_sessions (
    value_hash bytea CONSTRAINT browser_sessions_pkey PRIMARY KEY,
    name text NOT NULL,
    role text NOT NULL CONSTRAINT browser_sessions_role_check CHECK (role IN ('VIEWER', 'EDITOR', 'ADMIN')),
    identity text NOT NULL,
    -- what the session was opened with: it ends when that does
    api_token_id uuid CONSTRAINT browser_sessions_api_token_id_fkey REFERENCES api_tokens ON DELETE CASCADE,
    admin_token_hash bytea,
    created_at timestamptz NOT NULL DEFAULT now(),
    lifetime interval NOT NULL,
    expires_at timestamptz NOT NULL,
    ends_at timestamptz NOT NULL
);
CREATE INDEX browser_sessions_expires_at_idx ON browser_sessions (expires_at);
CREATE INDEX browser_sessions_api_token_id_idx ON browser_sessions (api_token_id);

CREATE TABLE sign_in_links (
    code_hash bytea CONSTRAINT sign_in_links_pkey PRIMARY KEY,
    name text NOT NULL,
    role text NOT NULL CONSTRAINT sign_in_links_role_check CHECK (role IN ('VIEWER', 'EDITOR', 'ADMIN')),
    identity text NOT NULL,
    api_token_id uuid CONSTRAINT sign_in_links_api_token_id_fkey REFERENCES api_tokens ON DELETE CASCADE,
    admin_token_hash bytea,
    created_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL
);

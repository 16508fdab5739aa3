-- Which secret key things are kept under. The check is a known value sealed with the newest key: a process
-- whose keys do not open it has the wrong ones.
SET LOCAL lock_timeout = '5s';

CREATE TABLE secret_key_check (
    id boolean CONSTRAINT secret_key_check_pkey PRIMARY KEY DEFAULT true
        CONSTRAINT secret_key_check_single CHECK (id),
    key_id text NOT NULL,
    sealed jsonb NOT NULL,
    written_at timestamptz NOT NULL DEFAULT now()
);

-- NULL: stored before keys had ids.
ALTER TABLE api_tokens ADD COLUMN key_id text;

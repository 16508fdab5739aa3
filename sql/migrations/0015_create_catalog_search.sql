-- What the catalog is searched by. Names are compared as terms: in lower case and without separators, so that
-- customer_id, CustomerId and CUSTOMER-ID are one.
SET LOCAL lock_timeout = '5s';

DO $$
BEGIN
    CREATE EXTENSION IF NOT EXISTS pg_trgm;
EXCEPTION WHEN insufficient_privilege OR undefined_file OR feature_not_supported THEN
    RAISE EXCEPTION 'Muster needs the PostgreSQL extension pg_trgm, and its role may not create it here (%).', SQLERRM
        USING HINT = 'Let an administrator run CREATE EXTENSION pg_trgm in this database, then start Muster again.';
END
$$;

CREATE FUNCTION catalog_term(name text) RETURNS text
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN translate(lower(name), '-_. ', '');

-- A spelling's number; a schema's name is numbered with a dot before it, which a term never has.
CREATE FUNCTION catalog_term_id(name text) RETURNS bigint
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN hashtextextended(name COLLATE "C", 0);

-- The names of columns and schemas, each spelling once however many datasets have it; twice where two merges met
-- it for the first time at once, which do not wait for each other. None is ever taken away.
CREATE TABLE catalog_terms (
    id bigint NOT NULL,
    term text NOT NULL
);

-- A row for each dataset, with what it is filtered by: the dataset's own row is too wide to be met thousands of times.
CREATE TABLE catalog_search (
    dataset_id uuid CONSTRAINT catalog_search_pkey PRIMARY KEY,
    endpoint_id uuid NOT NULL,
    schema text,
    kind text NOT NULL,
    name text NOT NULL,
    terms bigint[] NOT NULL,
    words tsvector
);

INSERT INTO catalog_search (dataset_id, endpoint_id, schema, kind, name, terms, words)
SELECT d.id, d.endpoint_id, d.schema, d.kind, catalog_term(d.name),
       array_remove(array_append(c.terms, catalog_term_id('.' || d.schema)), NULL),
       to_tsvector('simple', translate(NULLIF(concat_ws(' ', d.comment, c.comments), ''), '/@.:-_+', '       '))
FROM catalog_datasets d
CROSS JOIN LATERAL (
    SELECT array_agg(catalog_term_id(c ->> 'name')) AS terms, string_agg(c ->> 'comment', ' ') AS comments
    FROM jsonb_array_elements(d.document -> 'columns') AS c
) c;

INSERT INTO catalog_terms (id, term)
SELECT catalog_term_id(name), catalog_term(name)
FROM (SELECT DISTINCT c ->> 'name' AS name
      FROM catalog_datasets d, jsonb_array_elements(d.document -> 'columns') AS c) AS columns
UNION ALL
SELECT catalog_term_id('.' || schema), '.' || catalog_term(schema)
FROM (SELECT DISTINCT schema FROM catalog_datasets WHERE schema IS NOT NULL) AS schemas;

CREATE INDEX catalog_terms_id_idx ON catalog_terms (id);
CREATE INDEX catalog_terms_term_idx ON catalog_terms USING gin (term gin_trgm_ops);
CREATE INDEX catalog_search_prefix_idx ON catalog_search (name text_pattern_ops);
CREATE INDEX catalog_search_name_idx ON catalog_search USING gin (name gin_trgm_ops);
CREATE INDEX catalog_search_terms_idx ON catalog_search USING gin (terms);
CREATE INDEX catalog_search_words_idx ON catalog_search USING gin (words);

-- What is gone from its source is rare: it is looked up, rather than noted for each dataset a second time.
CREATE INDEX catalog_datasets_gone_idx ON catalog_datasets (id) WHERE removed_at IS NOT NULL;

-- Datasets are counted by kind, too, from an index alone.
CREATE INDEX catalog_datasets_live_kind_idx ON catalog_datasets (endpoint_id, schema, kind) WHERE removed_at IS NULL;
DROP INDEX catalog_datasets_live_idx;
ANALYZE catalog_search, catalog_terms;

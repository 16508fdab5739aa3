SET LOCAL lock_timeout = '5s';

CREATE OR REPLACE FUNCTION catalog_hits(
    search text, search_words tsquery, of_labels text[], with_removed boolean,
    of_endpoint uuid DEFAULT NULL, of_schema text DEFAULT NULL, of_kind text DEFAULT NULL
) RETURNS TABLE (place bigint, dataset_id uuid, endpoint_id uuid, schema text, kind text) LANGUAGE sql STABLE AS $$
    SELECT row_number() OVER (ORDER BY rank, name, dataset_id) AS place, dataset_id, endpoint_id, schema, kind
    FROM (
        SELECT DISTINCT ON (dataset_id) *
        FROM catalog_matches(search, search_words, of_labels, with_removed, of_endpoint, of_schema, of_kind)
        ORDER BY dataset_id, rank
    ) AS best
    ORDER BY place
    LIMIT 2000
$$;

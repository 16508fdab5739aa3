-- name: search_datasets
-- What is found, and in which order, is told in catalog_matches (a function of the database).
WITH hits AS MATERIALIZED (
    SELECT *
    FROM catalog_hits(%(search)s, %(words)s, %(labels)s, %(include_removed)s, %(endpoint_id)s, %(schema)s, %(kind)s)
)
SELECT (SELECT count(*) FROM hits) AS total, ARRAY(
    SELECT dataset_id
    FROM hits
    WHERE %(after)s::uuid IS NULL OR place > (SELECT a.place FROM hits a WHERE a.dataset_id = %(after)s::uuid)
    ORDER BY place
    LIMIT %(first)s) AS ids;

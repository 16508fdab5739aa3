DROP FUNCTION run_rows_before;
DROP VIEW run_rows;

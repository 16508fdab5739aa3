ALTER TABLE api_tokens DROP COLUMN key_id;
DROP TABLE secret_key_check;

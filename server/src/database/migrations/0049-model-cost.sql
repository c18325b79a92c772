-- What a call of a model cost, with which parameters it was asked, and how often it was tried again.
ALTER TABLE model_call ADD COLUMN cost_usd float8;
ALTER TABLE model_call ADD COLUMN parameters text NOT NULL DEFAULT '{}';
ALTER TABLE model_call ADD COLUMN retries int4 NOT NULL DEFAULT 0;

-- What an AI put out, what a model was asked, and what people made of it: one row each, chained per tenant by hash, so that
-- a row that is changed, taken out or slipped in shows. Insert only.
CREATE TABLE ai_record (
  tenant        int4 NOT NULL,
  number        int8 NOT NULL,
  at            timestamptz NOT NULL,
  kind          text COLLATE "C" NOT NULL,
  output        text COLLATE "C" NOT NULL,
  record        text NOT NULL,
  previous_hash text COLLATE "C" NOT NULL,
  hash          text COLLATE "C" NOT NULL,
  PRIMARY KEY (tenant, number)
);
CREATE INDEX ai_record_output ON ai_record (tenant, output, number);

-- The next row of a tenant's chain. One writer at a time until its transaction ends; each statement of a volatile function
-- sees what the writer before has committed.
CREATE FUNCTION append_ai_record(of_tenant int4, happened timestamptz, of_kind text, of_output text, content text)
RETURNS int8 LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  last_number int8;
  last_hash text;
BEGIN
  PERFORM pg_advisory_xact_lock(3030, of_tenant);
  SELECT r.number, r.hash INTO last_number, last_hash FROM ai_record r
    WHERE r.tenant = of_tenant ORDER BY r.number DESC LIMIT 1;
  last_number := coalesce(last_number, 0) + 1;
  last_hash := coalesce(last_hash, repeat('0', 64));
  INSERT INTO ai_record (tenant, number, at, kind, output, record, previous_hash, hash)
  VALUES (of_tenant, last_number, happened, of_kind, of_output, content, last_hash,
    encode(sha256(convert_to(concat_ws(E'\n', last_hash, last_number, of_kind, of_output, content), 'UTF8')), 'hex'));
  RETURN last_number;
END $$;

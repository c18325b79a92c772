-- Who saw whose chart, for what purpose, on whose behalf. `patient` is set when an access touched one patient; several
-- (a search page, a transaction) stand in `patients`, and in audit_patient to be found by each of them.
ALTER TABLE audit_entry
  ADD COLUMN patient      text COLLATE "C" NOT NULL DEFAULT '',
  ADD COLUMN patients     text[],
  ADD COLUMN purpose      text COLLATE "C" NOT NULL DEFAULT '',
  ADD COLUMN session      text COLLATE "C" NOT NULL DEFAULT '',
  ADD COLUMN on_behalf_of text COLLATE "C" NOT NULL DEFAULT '',
  ADD COLUMN detail       text COLLATE "C" NOT NULL DEFAULT '';

CREATE INDEX audit_entry_patient ON audit_entry (tenant, patient, seq) WHERE patient <> '';
CREATE INDEX audit_entry_at ON audit_entry USING brin (at) WITH (pages_per_range = 32, autosummarize = on);

CREATE TABLE audit_patient (
  tenant   int4 NOT NULL,
  patient  text COLLATE "C" NOT NULL,
  seq      int8 NOT NULL,
  PRIMARY KEY (tenant, patient, seq)
);

-- One row per sealed batch: the entries of a tenant with from_seq < seq <= to_seq, their Merkle root, and the head of the
-- chain of batches up to here. Numbers and ranges of a tenant follow one another without a gap.
CREATE TABLE audit_batch (
  tenant     int4 NOT NULL,
  number     int8 NOT NULL,
  from_seq   int8 NOT NULL,
  to_seq     int8 NOT NULL,
  entries    int4 NOT NULL,
  root       text COLLATE "C" NOT NULL,
  head       text COLLATE "C" NOT NULL,
  sealed_at  timestamptz NOT NULL,
  PRIMARY KEY (tenant, number)
);

-- Append only. The one change that is let through is a redaction: a detail gives way to its hash, which keeps every
-- proof valid. Whoever owns the tables can take these triggers away; the sealed chain is what finds him out.
CREATE FUNCTION audit_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND TG_TABLE_NAME = 'audit_entry' THEN
    IF NEW.detail ~ '^redacted:[0-9a-f]{64}$' AND OLD.detail <> ''
      AND (to_jsonb(NEW) - 'detail') = (to_jsonb(OLD) - 'detail') THEN
      RETURN NEW;
    END IF;
  END IF;
  RAISE EXCEPTION 'audit records are append-only' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER audit_entry_append_only BEFORE UPDATE OR DELETE ON audit_entry
  FOR EACH ROW EXECUTE FUNCTION audit_append_only();
CREATE TRIGGER audit_entry_no_truncate BEFORE TRUNCATE ON audit_entry
  FOR EACH STATEMENT EXECUTE FUNCTION audit_append_only();
CREATE TRIGGER audit_patient_append_only BEFORE UPDATE OR DELETE ON audit_patient
  FOR EACH ROW EXECUTE FUNCTION audit_append_only();
CREATE TRIGGER audit_batch_append_only BEFORE UPDATE OR DELETE ON audit_batch
  FOR EACH ROW EXECUTE FUNCTION audit_append_only();

-- Entries that touch several patients are listed under each of them when their batch is sealed, one row for a patient and
-- batch, instead of one row for a patient and entry inside every access: an access of 18 patients costs PostgreSQL 57 µs
-- in place of 145 (six to a statement). What is not sealed yet is found by `patients` itself, behind the last batch.
DROP TABLE audit_patient;
CREATE TABLE audit_patient (
  tenant   int4 NOT NULL,
  patient  text COLLATE "C" NOT NULL,
  batch    int8 NOT NULL,
  seqs     int8[] NOT NULL,
  PRIMARY KEY (tenant, patient, batch)
);
INSERT INTO audit_patient (tenant, patient, batch, seqs)
  SELECT b.tenant, p, b.number, array_agg(e.seq ORDER BY e.seq)
  FROM audit_batch b JOIN audit_entry e ON e.tenant = b.tenant AND e.seq > b.from_seq AND e.seq <= b.to_seq, unnest(e.patients) p
  GROUP BY b.tenant, p, b.number;
CREATE TRIGGER audit_patient_append_only BEFORE UPDATE OR DELETE ON audit_patient
  FOR EACH ROW EXECUTE FUNCTION audit_append_only();

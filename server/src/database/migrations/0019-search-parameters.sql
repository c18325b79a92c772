-- SearchParameters that a clinic has written itself: how far the rows of its older resources are, for each type and code.
-- `definition` is the hash of what is indexed; rows of a parameter that is gone wait as 'removed' until they are deleted.
CREATE TABLE search_parameter_index (
  tenant      int4 NOT NULL,
  type        text COLLATE "C" NOT NULL,
  code        text COLLATE "C" NOT NULL,
  definition  text COLLATE "C" NOT NULL,
  state       text COLLATE "C" NOT NULL CHECK (state IN ('indexing', 'ready', 'removed')),
  keys        int4[] NOT NULL,
  done        int8 NOT NULL DEFAULT 0,
  total       int8 NOT NULL DEFAULT 0,
  changed_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (tenant, type, code)
);

-- Counts the changes of a clinic's SearchParameters and of their state. Every process is told, and looks again by itself.
CREATE TABLE search_parameter_change (
  tenant    int4 PRIMARY KEY,
  revision  int8 NOT NULL
);

CREATE FUNCTION note_search_parameters(changed int4) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO search_parameter_change AS c (tenant, revision) VALUES (changed, 1)
    ON CONFLICT (tenant) DO UPDATE SET revision = c.revision + 1;
  PERFORM pg_notify('mindbridge_search_parameter', changed::text);
END $$;

CREATE FUNCTION search_parameter_written() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM note_search_parameters(NEW.tenant);
  RETURN NULL;
END $$;

-- Tenants 0 and 1 are the platform's own: FHIR's definitions are known without being written.
CREATE TRIGGER search_parameter_written AFTER INSERT OR UPDATE ON resource
  FOR EACH ROW WHEN (NEW.type = 'SearchParameter' AND NEW.tenant > 1) EXECUTE FUNCTION search_parameter_written();

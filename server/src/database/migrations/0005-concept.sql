-- Large code systems, loaded from the files their publishers release; several releases of one system may be kept.
-- Tenant 1 holds what every clinic may use (ICD-10-CM); a licensed release lies in the tenant of the clinic that has the licence.
CREATE TABLE code_system_release (
  tenant      int4 NOT NULL,
  release     int4 GENERATED ALWAYS AS IDENTITY,
  system      text COLLATE "C" NOT NULL,
  version     text COLLATE "C" NOT NULL,
  title       text NOT NULL,
  -- First and last day on which its codes may be used.
  valid_from  date,
  valid_to    date,
  concepts    int4 NOT NULL DEFAULT 0,
  state       text COLLATE "C" NOT NULL DEFAULT 'loading' CHECK (state IN ('loading', 'active')),
  loaded_at   timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant, release),
  CONSTRAINT code_system_release_version UNIQUE (tenant, system, version)
);

CREATE TABLE concept (
  tenant   int4 NOT NULL,
  release  int4 NOT NULL,
  code     text COLLATE "C" NOT NULL,
  display  text NOT NULL,
  active   bool NOT NULL DEFAULT true,
  parents  text[] COLLATE "C" NOT NULL DEFAULT '{}',
  PRIMARY KEY (tenant, release, code),
  FOREIGN KEY (tenant, release) REFERENCES code_system_release ON DELETE CASCADE
);
-- Words of the display, for filters while typing; children of a code, for descendants.
CREATE INDEX concept_words ON concept USING gin (to_tsvector('simple', display));
CREATE INDEX concept_parents ON concept USING gin (parents) WHERE parents <> '{}';

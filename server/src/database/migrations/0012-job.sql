-- Long-running work (export, import, reindex, deferred requests) that any process may take up and any may answer for.
-- `progress` is where the work stands: it is saved with what was produced, so that another process can go on after a crash.
CREATE TABLE job (
  tenant        int4 NOT NULL,
  id            text COLLATE "C" NOT NULL,
  kind          text COLLATE "C" NOT NULL,
  state         text COLLATE "C" NOT NULL DEFAULT 'queued' CHECK (state IN ('queued', 'running', 'completed', 'failed')),
  -- Who asked for it: only that client and profile may see it.
  owner         text COLLATE "C" NOT NULL,
  context       jsonb NOT NULL,
  grants        jsonb NOT NULL,
  url           text COLLATE "C" NOT NULL,
  request       jsonb NOT NULL,
  progress      jsonb NOT NULL DEFAULT '{}',
  label         text COLLATE "C" NOT NULL DEFAULT '',
  result        jsonb,
  failure       jsonb,
  worker        text COLLATE "C",
  attempts      int4 NOT NULL DEFAULT 0,
  created_at    timestamptz NOT NULL DEFAULT now(),
  not_before    timestamptz NOT NULL DEFAULT now(),
  heartbeat_at  timestamptz,
  finished_at   timestamptz,
  expires_at    timestamptz,
  polls         int4 NOT NULL DEFAULT 0,
  polls_since   timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant, id)
);
CREATE INDEX job_open ON job (created_at) WHERE state IN ('queued', 'running');
CREATE INDEX job_owner ON job (tenant, owner) WHERE state IN ('queued', 'running');

-- Pieces of the files that jobs read and make: NDJSON, each piece a gzip member of its own.
CREATE TABLE job_chunk (
  tenant   int4 NOT NULL,
  job      text COLLATE "C" NOT NULL,
  file     int4 NOT NULL,
  seq      int8 GENERATED ALWAYS AS IDENTITY,
  role     text COLLATE "C" NOT NULL CHECK (role IN ('output', 'deleted', 'error', 'input')),
  type     text COLLATE "C" NOT NULL,
  lines    int4 NOT NULL,
  content  bytea NOT NULL,
  PRIMARY KEY (tenant, job, file, seq)
);
ALTER TABLE job_chunk ALTER COLUMN content SET STORAGE EXTERNAL;

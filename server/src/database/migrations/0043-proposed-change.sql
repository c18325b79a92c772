-- Changes of what steers access that wait until a second admin agrees. What is proposed is sealed where its type is.
CREATE TABLE proposed_change (
  tenant         int4 NOT NULL,
  id             text COLLATE "C" NOT NULL,
  interaction    text COLLATE "C" NOT NULL CHECK (interaction IN ('create', 'update', 'delete', 'deploy')),
  target_type    text COLLATE "C" NOT NULL,
  target         text COLLATE "C" NOT NULL DEFAULT '',  -- empty for what is to be created
  version        int4 NOT NULL DEFAULT 0,               -- of the target when the change was proposed
  content        text NOT NULL,
  proposed_by    text COLLATE "C" NOT NULL,
  proposed_at    timestamptz NOT NULL,
  decided_by     text COLLATE "C",
  decided_at     timestamptz,
  approved       bool,
  PRIMARY KEY (tenant, id)
);

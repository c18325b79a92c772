-- One row per access. Insert only: no statement of the product updates or deletes here.
CREATE TABLE audit_entry (
  seq          int8 GENERATED ALWAYS AS IDENTITY,
  tenant       int4 NOT NULL,
  at           timestamptz NOT NULL,
  interaction  text COLLATE "C" NOT NULL,
  type         text COLLATE "C" NOT NULL,
  id           text COLLATE "C" NOT NULL,
  version      int4 NOT NULL,
  agent        text COLLATE "C" NOT NULL,
  client       text COLLATE "C" NOT NULL,
  request_id   text COLLATE "C" NOT NULL,
  outcome      text COLLATE "C" NOT NULL,
  entries      int4 NOT NULL,
  PRIMARY KEY (tenant, seq)
);

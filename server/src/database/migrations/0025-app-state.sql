-- What SMART apps keep between their runs: a Basic resource of one app and one person, sealed, apart from the records.
CREATE TABLE app_state (
  tenant        int4 NOT NULL,
  client        text COLLATE "C" NOT NULL,
  user_id       text COLLATE "C" NOT NULL,
  id            text COLLATE "C" NOT NULL,
  version       int4 NOT NULL,
  code          text COLLATE "C" NOT NULL,            -- system|code
  subject       text COLLATE "C" NOT NULL DEFAULT '', -- reference, where the state is about somebody
  content       text COLLATE "C" NOT NULL,            -- sealed
  last_updated  timestamptz NOT NULL,
  PRIMARY KEY (tenant, client, user_id, id)
);

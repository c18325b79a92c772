-- Requests of busy subjects within the current minute, by which the processes of a server learn of one another. Nothing is
-- lost with it but a minute's count, so it is not logged.
CREATE UNLOGGED TABLE rate_use (
  minute   int8 NOT NULL,
  tenant   int4 NOT NULL,
  subject  text COLLATE "C" NOT NULL,
  used     int8 NOT NULL,
  PRIMARY KEY (minute, tenant, subject)
);

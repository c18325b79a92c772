-- Emergency access: who, in which session, to which patient, why, and until when. The reason is no part of the audit's text.
CREATE TABLE break_glass (
  tenant   int4 NOT NULL,
  session  text COLLATE "C" NOT NULL,
  patient  text COLLATE "C" NOT NULL,
  agent    text COLLATE "C" NOT NULL,
  reason   text NOT NULL,
  at       timestamptz NOT NULL,
  until    timestamptz NOT NULL,
  PRIMARY KEY (tenant, session, patient, at)
);
CREATE INDEX break_glass_until ON break_glass (until);

-- Whom a SAML provider named for a session, so that the provider is told when the session ends; and the way back from there.
CREATE TABLE external_session (
  session   text COLLATE "C" PRIMARY KEY REFERENCES session (id) ON DELETE CASCADE,
  tenant    int4 NOT NULL,
  provider  text COLLATE "C" NOT NULL,
  name      text COLLATE "C" NOT NULL,  -- JSON of the provider's name of person and session; sealed
  relay     text COLLATE "C",           -- hashed; set while the browser is away to sign out there
  after     text COLLATE "C"            -- where it goes when it comes back
);
CREATE UNIQUE INDEX external_session_by_relay ON external_session (relay) WHERE relay IS NOT NULL;

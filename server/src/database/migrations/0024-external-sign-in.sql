-- Sign-in by the identity provider of a clinic: who it is, sign-ins under way there, and which account a person there has here.

CREATE TABLE identity_provider (
  tenant      int4 NOT NULL,
  id          text COLLATE "C" NOT NULL,
  config      text COLLATE "C" NOT NULL,             -- JSON, without the secret
  secret      text COLLATE "C" NOT NULL DEFAULT '',  -- sealed with a key that is not in the database
  created_at  timestamptz NOT NULL,
  PRIMARY KEY (tenant, id)
);
CREATE UNIQUE INDEX identity_provider_by_id ON identity_provider (id);

-- One row from the way to the provider until the way back, bound to the browser by a cookie.
CREATE TABLE external_sign_in (
  state        text COLLATE "C" PRIMARY KEY,          -- hashed
  tenant       int4 NOT NULL,
  provider     text COLLATE "C" NOT NULL,
  cookie       text COLLATE "C" NOT NULL,             -- hashed
  request      text COLLATE "C" NOT NULL,             -- JSON of what the sign-in page asked for
  nonce        text COLLATE "C" NOT NULL,             -- of OpenID Connect, or the id of the SAML request
  verifier     text COLLATE "C" NOT NULL,             -- of PKCE; sealed
  identity     text COLLATE "C",                      -- JSON of whom a SAML provider named, until the browser fetches it
  expires_at   timestamptz NOT NULL
);

CREATE TABLE external_identity (
  tenant      int4 NOT NULL,
  provider    text COLLATE "C" NOT NULL,
  subject     text COLLATE "C" NOT NULL,
  user_id     text COLLATE "C" NOT NULL,
  created_at  timestamptz NOT NULL,
  PRIMARY KEY (tenant, provider, subject)
);

-- A provider speaks for its own clinic only: a session that it began leads nowhere else.
ALTER TABLE session ADD COLUMN home_tenant int4 NOT NULL DEFAULT 0; -- 0 = any tenant of the person

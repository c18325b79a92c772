-- Signing in: sessions with their codes and refresh tokens, throttling, one-use secrets; look-ups of identities.

-- One row per sign-in (Medplum's Login). Hot updates: a table of its own instead of a resource with history.
CREATE TABLE session (
  id               text COLLATE "C" PRIMARY KEY,
  tenant           int4 NOT NULL DEFAULT 0,              -- 0 until a membership is chosen
  user_type        text COLLATE "C" NOT NULL CHECK (user_type IN ('User', 'ClientApplication')),
  user_id          text COLLATE "C" NOT NULL,
  membership       text COLLATE "C" NOT NULL DEFAULT '',
  client_id        text COLLATE "C" NOT NULL DEFAULT '', -- empty for the server's own sign-in
  client_tenant    int4 NOT NULL DEFAULT 0,
  auth_method      text COLLATE "C" NOT NULL,
  auth_time        timestamptz NOT NULL,
  scope            text COLLATE "C" NOT NULL,
  nonce            text COLLATE "C" NOT NULL DEFAULT '',
  code_challenge   text COLLATE "C" NOT NULL DEFAULT '',
  redirect_uri     text COLLATE "C" NOT NULL DEFAULT '',
  launch           text COLLATE "C" NOT NULL DEFAULT '',
  patient          text COLLATE "C" NOT NULL DEFAULT '',
  encounter        text COLLATE "C" NOT NULL DEFAULT '',
  consent_needed   bool NOT NULL DEFAULT false,
  code_hash        text COLLATE "C",
  code_expires_at  timestamptz,
  code_used_at     timestamptz,
  cookie_hash      text COLLATE "C",
  address          text COLLATE "C" NOT NULL DEFAULT '',
  user_agent       text COLLATE "C" NOT NULL DEFAULT '',
  created_at       timestamptz NOT NULL,
  last_seen_at     timestamptz NOT NULL,
  expires_at       timestamptz NOT NULL,
  revoked_at       timestamptz
);
CREATE UNIQUE INDEX session_by_code ON session (code_hash) WHERE code_hash IS NOT NULL;
CREATE INDEX session_by_cookie ON session (cookie_hash) WHERE cookie_hash IS NOT NULL;
CREATE INDEX session_by_user ON session (user_id, created_at);
CREATE INDEX session_by_expiry ON session (expires_at);

-- Each refresh token is used once; its successor is derived from it, so that parallel tabs get the same one.
CREATE TABLE refresh_token (
  hash        text COLLATE "C" PRIMARY KEY,
  tenant      int4 NOT NULL,
  session     text COLLATE "C" NOT NULL REFERENCES session (id) ON DELETE CASCADE,
  issued_at   timestamptz NOT NULL,
  expires_at  timestamptz NOT NULL,
  used_at     timestamptz
);
CREATE INDEX refresh_token_session ON refresh_token (session);

-- Failed sign-ins in a row, by hashed account and address.
CREATE TABLE sign_in_failure (
  subject   text COLLATE "C" PRIMARY KEY,
  failures  int4 NOT NULL,
  last_at   timestamptz NOT NULL
);

-- One-use secrets sent by mail: invitation, password reset, address verification.
CREATE TABLE security_request (
  id           text COLLATE "C" PRIMARY KEY,
  user_id      text COLLATE "C" NOT NULL,
  kind         text COLLATE "C" NOT NULL CHECK (kind IN ('invite', 'reset', 'verify-email')),
  secret_hash  text COLLATE "C" NOT NULL,
  expires_at   timestamptz NOT NULL,
  used_at      timestamptz
);

-- What may be used once only: launch handles and the jti of client assertions.
CREATE TABLE single_use (
  tenant      int4 NOT NULL,
  kind        text COLLATE "C" NOT NULL CHECK (kind IN ('launch', 'assertion')),
  value       text COLLATE "C" NOT NULL,
  expires_at  timestamptz NOT NULL,
  PRIMARY KEY (tenant, kind, value)
);

-- Identities are looked up across tenants. The columns of `resource` that these read change on every update anyway.
CREATE INDEX membership_by_user ON resource ((nullif(content, '')::jsonb #>> '{user,reference}'))
  WHERE type = 'ProjectMembership' AND NOT deleted;
CREATE UNIQUE INDEX user_by_email ON resource (
  lower(nullif(content, '')::jsonb ->> 'email'),
  coalesce(nullif(content, '')::jsonb #>> '{project,reference}', '')
) WHERE tenant = 0 AND type = 'User' AND NOT deleted;
CREATE INDEX client_by_id ON resource (id) WHERE type = 'ClientApplication' AND NOT deleted;

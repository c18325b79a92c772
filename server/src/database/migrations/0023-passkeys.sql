-- Passkeys, what is asked of them, how a second factor was proven; tokens that ended before their time.

-- A person's passkeys. Public keys need no sealing; the private ones never leave the authenticator.
CREATE TABLE passkey (
  credential    text COLLATE "C" PRIMARY KEY,  -- its id in base64url, chosen by the authenticator
  user_id       text COLLATE "C" NOT NULL,
  name          text COLLATE "C" NOT NULL,
  public_key    text COLLATE "C" NOT NULL,     -- COSE, base64url
  counter       int8 NOT NULL,                 -- signatures so far, where the authenticator counts them
  transports    text COLLATE "C" NOT NULL,
  synced        bool NOT NULL,                 -- may be on several of the person's devices
  created_at    timestamptz NOT NULL,
  last_used_at  timestamptz
);
CREATE INDEX passkey_by_user ON passkey (user_id);

-- What an authenticator was asked to sign: once, within five minutes, for one purpose of one sign-in, session or person.
CREATE TABLE passkey_challenge (
  hash        text COLLATE "C" PRIMARY KEY,
  purpose     text COLLATE "C" NOT NULL,
  subject     text COLLATE "C" NOT NULL,
  expires_at  timestamptz NOT NULL
);

ALTER TABLE session
  ADD COLUMN mfa_method text COLLATE "C" NOT NULL DEFAULT ''; -- totp, passkey or external; empty before

-- Ended tokens (the end of a bot's run) and the ids of SAML assertions are kept until they would have expired anyway.
ALTER TABLE single_use DROP CONSTRAINT single_use_kind_check;
ALTER TABLE single_use ADD CHECK (kind IN ('launch', 'assertion', 'token', 'saml'));

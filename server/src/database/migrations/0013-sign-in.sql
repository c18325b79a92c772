-- Idle end, second factors and step-up of a session; what a session waits for.

ALTER TABLE session
  ADD COLUMN reports_activity bool NOT NULL DEFAULT false, -- the app says when a person is at the screen
  ADD COLUMN mfa_at           timestamptz,                 -- when a second factor was proven in this session
  ADD COLUMN step_up_at       timestamptz;                 -- when the person last proved to be there, for signing and the like

-- Second factors of a person. Secrets are sealed with a key that is not in the database.
CREATE TABLE user_factor (
  id            text COLLATE "C" PRIMARY KEY,
  user_id       text COLLATE "C" NOT NULL,
  kind          text COLLATE "C" NOT NULL CHECK (kind IN ('totp', 'passkey')),
  secret        text COLLATE "C" NOT NULL,
  last_counter  int8 NOT NULL DEFAULT -1,                  -- a code of this step or an earlier one was used
  created_at    timestamptz NOT NULL,
  confirmed_at  timestamptz                                -- null until the first right code
);
CREATE INDEX user_factor_by_user ON user_factor (user_id);

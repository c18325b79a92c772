-- From where and with what a person has signed in before: keyed hashes, which say nothing without the key.
CREATE TABLE sign_in_place (
  user_id   text COLLATE "C" NOT NULL,
  kind      text COLLATE "C" NOT NULL CHECK (kind IN ('location', 'device')),
  place     text COLLATE "C" NOT NULL,
  first_at  timestamptz NOT NULL,
  last_at   timestamptz NOT NULL,
  PRIMARY KEY (user_id, kind, place)
);

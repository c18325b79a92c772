-- What a run of a bot was given and gave, so that it can be made again: its event without the project's secrets, every answer
-- it got, its clock and its randomness (deflated JSON), and what it returned.
CREATE TABLE bot_cassette (
  tenant         int4 NOT NULL,
  run            text COLLATE "C" NOT NULL,
  recorded_at    timestamptz NOT NULL,
  event          text NOT NULL,
  recording      text COLLATE "C" NOT NULL,
  output         text,
  output_sha256  text COLLATE "C" NOT NULL,
  PRIMARY KEY (tenant, run)
);
CREATE INDEX bot_cassette_age ON bot_cassette (recorded_at);

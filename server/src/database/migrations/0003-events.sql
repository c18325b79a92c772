-- Claims of the outbox need no column: DELETE … RETURNING is the claim and the completion in one. These two hold back an
-- event whose handling failed.
ALTER TABLE outbox ADD COLUMN attempts int2 NOT NULL DEFAULT 0, ADD COLUMN not_before timestamptz;
ALTER TABLE outbox SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000);

-- Raised in the statement that completes a change of a Subscription or Bot: every process compares it before it matches.
CREATE TABLE subscription_epoch (
  tenant  int4 PRIMARY KEY,
  epoch   int8 NOT NULL
);

-- Last event number given per subscription: numbers rise without gaps.
CREATE TABLE subscription_counter (
  tenant        int4 NOT NULL,
  subscription  text COLLATE "C" NOT NULL,
  last          int8 NOT NULL,
  PRIMARY KEY (tenant, subscription)
);

-- One row per event and subscription: the record behind delivery, retry, dead letters and $events.
CREATE TABLE subscription_delivery (
  tenant           int4 NOT NULL,
  subscription     text COLLATE "C" NOT NULL,
  number           int8 NOT NULL,
  seq              int8 NOT NULL,
  channel          text COLLATE "C" NOT NULL CHECK (channel IN ('rest-hook', 'websocket', 'bot')),
  rid              int8 NOT NULL,
  type             text COLLATE "C" NOT NULL,
  id               text COLLATE "C" NOT NULL,
  version          int4 NOT NULL,
  interaction      text COLLATE "C" NOT NULL,
  depth            int2 NOT NULL,
  -- Deliveries of one key go out one after the other: the resource, or the patient for a bot that coalesces.
  order_key        text COLLATE "C" NOT NULL,
  coalescing       bool NOT NULL,
  state            text COLLATE "C" NOT NULL CHECK (state IN ('pending', 'delivered', 'withheld', 'coalesced', 'dead')),
  attempts         int4 NOT NULL DEFAULT 0,
  created_at       timestamptz NOT NULL,
  next_attempt_at  timestamptz NOT NULL,
  claimed_until    timestamptz,
  finished_at      timestamptz,
  covered_by       int8,
  error            text,
  PRIMARY KEY (tenant, subscription, number)
);
CREATE INDEX subscription_delivery_due ON subscription_delivery (next_attempt_at) WHERE state = 'pending';
CREATE INDEX subscription_delivery_order ON subscription_delivery (tenant, subscription, order_key, number) WHERE state = 'pending';
CREATE INDEX subscription_delivery_dead ON subscription_delivery (tenant, finished_at) WHERE state = 'dead';
CREATE INDEX subscription_delivery_age ON subscription_delivery (created_at);

-- Every deployed version of a bot's code.
CREATE TABLE bot_code (
  tenant       int4 NOT NULL,
  bot          text COLLATE "C" NOT NULL,
  version      int4 NOT NULL,
  sha256       text COLLATE "C" NOT NULL,
  filename     text NOT NULL,
  source       text NOT NULL,
  executable   text NOT NULL,
  deployed_by  text COLLATE "C" NOT NULL,
  deployed_at  timestamptz NOT NULL,
  PRIMARY KEY (tenant, bot, version)
);

-- Run record of every execution of a bot.
CREATE TABLE bot_run (
  tenant           int4 NOT NULL,
  run              text COLLATE "C" NOT NULL,
  bot              text COLLATE "C" NOT NULL,
  code_version     int4 NOT NULL,
  cause            text COLLATE "C" NOT NULL CHECK (cause IN ('subscription', 'execute', 'cron')),
  requester        text COLLATE "C" NOT NULL,
  idempotency_key  text COLLATE "C" NOT NULL,
  subscription     text COLLATE "C",
  number           int8,
  input            text COLLATE "C" NOT NULL,
  attempt          int4 NOT NULL,
  state            text COLLATE "C" NOT NULL,
  started_at       timestamptz NOT NULL,
  duration_ms      float8 NOT NULL,
  error            text,
  log              text NOT NULL,
  PRIMARY KEY (tenant, run)
);
CREATE INDEX bot_run_started ON bot_run (tenant, bot, started_at);

-- The minute for which a scheduled bot was last started: whoever inserts the row runs it.
CREATE TABLE bot_schedule (
  tenant  int4 NOT NULL,
  bot     text COLLATE "C" NOT NULL,
  minute  timestamptz NOT NULL,
  PRIMARY KEY (tenant, bot, minute)
);

-- Every call of the model gateway: what was asked for and what it cost; never the prompt's patient data.
CREATE TABLE model_call (
  tenant           int4 NOT NULL,
  call             text COLLATE "C" NOT NULL,
  requester        text COLLATE "C" NOT NULL,
  purpose          text COLLATE "C" NOT NULL,
  prompt_id        text COLLATE "C" NOT NULL,
  prompt_version   text COLLATE "C" NOT NULL,
  prompt_sha256    text COLLATE "C" NOT NULL,
  model_asked      text COLLATE "C" NOT NULL,
  model_returned   text COLLATE "C",
  provider_id      text COLLATE "C",
  stop_reason      text COLLATE "C",
  input_tokens     int4 NOT NULL DEFAULT 0,
  output_tokens    int4 NOT NULL DEFAULT 0,
  outcome          text COLLATE "C" NOT NULL,
  started_at       timestamptz NOT NULL,
  duration_ms      float8 NOT NULL,
  PRIMARY KEY (tenant, call)
);
CREATE INDEX model_call_started ON model_call (tenant, started_at);

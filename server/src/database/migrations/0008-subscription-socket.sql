-- One-use tokens by which a websocket is bound to a Subscription; only their hashes are kept.
CREATE TABLE subscription_token (
  tenant         int4 NOT NULL,
  sha256         text COLLATE "C" NOT NULL,
  subscription   text COLLATE "C" NOT NULL,
  author         text COLLATE "C" NOT NULL,
  login          text COLLATE "C",
  usable_until   timestamptz NOT NULL,
  binding_until  timestamptz NOT NULL,
  PRIMARY KEY (tenant, sha256)
);

-- When a websocket Subscription was last asked for or bound: those that nobody listens to any more are ended.
CREATE TABLE subscription_socket (
  tenant        int4 NOT NULL,
  subscription  text COLLATE "C" NOT NULL,
  seen_at       timestamptz NOT NULL,
  PRIMARY KEY (tenant, subscription)
);

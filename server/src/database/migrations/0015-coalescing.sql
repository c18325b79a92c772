-- A run of a coalescing bot covers what waits for it under any of the bot's Subscriptions: which of them sent it.
ALTER TABLE subscription_delivery
  ADD COLUMN covered_by_subscription text COLLATE "C",
  DROP CONSTRAINT subscription_delivery_channel_check,
  ADD CONSTRAINT subscription_delivery_channel_check CHECK (channel IN ('rest-hook', 'websocket', 'bot', 'email'));
CREATE INDEX subscription_delivery_coalescing ON subscription_delivery (tenant, order_key) WHERE state = 'pending' AND coalescing;

-- When a Subscription that asked for heartbeats last sent one: whoever raises the time sends it.
CREATE TABLE subscription_pulse (
  tenant        int4 NOT NULL,
  subscription  text COLLATE "C" NOT NULL,
  sent_at       timestamptz NOT NULL,
  PRIMARY KEY (tenant, subscription)
);

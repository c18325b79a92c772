-- A run is on record from its start: what a killed process was doing shows, and a list can be kept up to date by asking for
-- what changed. After `lost_after` a run that has not ended is one whose process died.
ALTER TABLE bot_run
  ALTER COLUMN duration_ms DROP NOT NULL,
  ALTER COLUMN log SET DEFAULT '',
  ADD COLUMN changed_at timestamptz NOT NULL DEFAULT now(),
  ADD COLUMN lost_after timestamptz;

CREATE INDEX bot_run_newest ON bot_run (tenant, started_at, run);
CREATE INDEX bot_run_changed ON bot_run (tenant, changed_at);

-- The run of a bot that asked the model: what a run cost is the sum over its calls.
ALTER TABLE model_call ADD COLUMN run text COLLATE "C";
CREATE INDEX model_call_run ON model_call (tenant, run) WHERE run IS NOT NULL;

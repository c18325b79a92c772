-- Which process holds a delivery, by the application name of its connections: what a dead one held is free as soon as another
-- process starts, not only when its lease ends.
ALTER TABLE subscription_delivery ADD COLUMN claimed_by text COLLATE "C";

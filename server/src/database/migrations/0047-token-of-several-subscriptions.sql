-- One token may bind a socket to several Subscriptions at once.
ALTER TABLE subscription_token DROP CONSTRAINT subscription_token_pkey,
  ADD PRIMARY KEY (tenant, sha256, subscription);

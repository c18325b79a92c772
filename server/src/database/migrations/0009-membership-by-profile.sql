-- Who stands behind a profile: the author of a Subscription, looked up when an event is delivered.
CREATE INDEX membership_by_profile ON resource (tenant, (nullif(content, '')::jsonb #>> '{profile,reference}'))
  WHERE type = 'ProjectMembership' AND NOT deleted;

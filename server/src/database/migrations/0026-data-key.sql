-- Data keys of tenants, each wrapped by a key that the database does not hold. Old keys stay: they open what they sealed.
CREATE TABLE data_key (
  tenant      int4 NOT NULL,
  kid         text COLLATE "C" NOT NULL UNIQUE,
  wrapped     bytea NOT NULL,
  wrapper     text NOT NULL,
  created_at  timestamptz NOT NULL,
  PRIMARY KEY (tenant, kid)
);

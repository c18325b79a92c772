-- What the installation as a whole remembers, such as which version of FHIR's definitions is loaded.
CREATE TABLE platform_state (
  name   text COLLATE "C" PRIMARY KEY,
  value  text NOT NULL
);

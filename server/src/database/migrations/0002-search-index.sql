-- Search index: one table per kind of value. Rows of a resource are removed by equality of all their columns, so none is null.
-- `param` is the key of a stored parameter of one resource type; `ord` is the position of the element that composite
-- parameters look into. Walks go over (tenant, param, value, rid); probes of a second filter over (rid, param).
CREATE TABLE index_token (
  tenant  int4 NOT NULL,
  rid     int8 NOT NULL,
  param   int4 NOT NULL,
  code    text COLLATE "C" NOT NULL,
  system  int8 NOT NULL,
  ord     int4 NOT NULL
);
CREATE INDEX index_token_walk ON index_token (tenant, param, code, rid, system, ord);

-- `at` is the clinical time of the resource (ms), so that the newest resources of a patient are one walk.
CREATE TABLE index_reference (
  tenant       int4 NOT NULL,
  rid          int8 NOT NULL,
  param        int4 NOT NULL,
  target_id    text COLLATE "C" NOT NULL,
  target_type  text COLLATE "C" NOT NULL,
  version      text COLLATE "C" NOT NULL,
  at           int8 NOT NULL
);
CREATE INDEX index_reference_walk ON index_reference (tenant, param, target_id, at, rid, target_type);
CREATE INDEX index_reference_probe ON index_reference (rid, param);

-- Half-open intervals in ms since 1970. An interval of up to a day is found by its start; longer ones also by their end.
CREATE TABLE index_date (
  tenant  int4 NOT NULL,
  rid     int8 NOT NULL,
  param   int4 NOT NULL,
  low     int8 NOT NULL,
  high    int8 NOT NULL
);
CREATE INDEX index_date_walk ON index_date (tenant, param, low, rid, high);
CREATE INDEX index_date_long ON index_date (tenant, param, high, rid, low) WHERE high - low > 86400000;
CREATE INDEX index_date_probe ON index_date (rid, param);

-- Numbers and quantities; `dimension` with the canonical bounds is set when the unit is a UCUM unit we can convert;
-- `code` is the code that composite parameters pair with the value.
CREATE TABLE index_quantity (
  tenant          int4 NOT NULL,
  rid             int8 NOT NULL,
  param           int4 NOT NULL,
  low             float8 NOT NULL,
  high            float8 NOT NULL,
  unit            text COLLATE "C" NOT NULL,
  unit_text       text COLLATE "C" NOT NULL,
  system          int8 NOT NULL,
  dimension       text COLLATE "C" NOT NULL,
  canonical_low   float8 NOT NULL,
  canonical_high  float8 NOT NULL,
  code            text COLLATE "C" NOT NULL,
  ord             int4 NOT NULL
);
CREATE INDEX index_quantity_walk ON index_quantity (tenant, param, low, rid, high);
CREATE INDEX index_quantity_code ON index_quantity (tenant, param, code, low, rid, high) WHERE code <> '';
CREATE INDEX index_quantity_unit ON index_quantity (tenant, param, dimension, canonical_low, rid, canonical_high) WHERE dimension <> '';
CREATE INDEX index_quantity_other_unit ON index_quantity (tenant, param, unit, low, rid, high) WHERE dimension = '' AND unit <> '';
CREATE INDEX index_quantity_unit_text ON index_quantity (tenant, param, unit_text, low, rid, high) WHERE unit_text <> '';
CREATE INDEX index_quantity_range ON index_quantity (tenant, param, high, rid, low) WHERE high > low;
CREATE INDEX index_quantity_probe ON index_quantity (rid, param);

-- Strings with case and accents folded; `exact` is the original when it differs.
CREATE TABLE index_string (
  tenant  int4 NOT NULL,
  rid     int8 NOT NULL,
  param   int4 NOT NULL,
  value   text COLLATE "C" NOT NULL,
  exact   text COLLATE "C" NOT NULL
);
CREATE INDEX index_string_walk ON index_string (tenant, param, value, rid, exact);
CREATE INDEX index_string_probe ON index_string (rid, param);

-- Search statements are prepared once per shape, and their text leaves the planner one good way: planning each run anew
-- would cost more than most runs. (An account that does not own the database sets this in its own configuration.)
DO $$ BEGIN
  EXECUTE format('ALTER DATABASE %I SET plan_cache_mode = force_generic_plan', current_database());
EXCEPTION WHEN insufficient_privilege THEN
  RAISE NOTICE 'set plan_cache_mode = force_generic_plan for this database';
END $$;

-- Which elements of which versions a model was shown, as JSON: [{"reference", "fields"?}].
ALTER TABLE model_call ADD COLUMN manifest text NOT NULL DEFAULT '[]';

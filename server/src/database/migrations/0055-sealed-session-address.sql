-- The address a session came from is kept sealed by the vault; those that earlier versions wrote in clear are forgotten.
UPDATE session SET address = '' WHERE address <> '';

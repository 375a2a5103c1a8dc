-- What it takes to replay a run, and what is known of the causes of its crashes.
ALTER TABLE runs ADD COLUMN base TEXT NOT NULL DEFAULT '';        -- folder that relative paths in scenario_text are relative to
ALTER TABLE commands ADD COLUMN command TEXT NOT NULL DEFAULT ''; -- the whole command as JSON
ALTER TABLE crashes ADD COLUMN striking TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(striking)); -- the vehicle that struck, at that moment
ALTER TABLE crashes ADD COLUMN struck TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(struck));     -- and the one that was struck

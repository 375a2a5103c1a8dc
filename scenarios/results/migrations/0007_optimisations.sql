-- Searches for signal timings: what their trials measured, so that a search goes on where it was ended, and what they found.
CREATE TABLE optimisations (
    id            INTEGER PRIMARY KEY,
    key           TEXT    NOT NULL UNIQUE,    -- SHA-256 of all that a trial depends on: scenario, map, program, settings
    scenario      TEXT    NOT NULL,           -- its name
    scenario_text TEXT    NOT NULL,
    scenario_hash TEXT    NOT NULL,
    map_hash      TEXT    NOT NULL,
    version       TEXT    NOT NULL,           -- of the program
    settings      TEXT    NOT NULL CHECK (json_valid(settings)),
    started_at    TEXT    NOT NULL,           -- wall clock
    outcome       TEXT    NOT NULL DEFAULT '{}' CHECK (json_valid(outcome)) -- best plans and verdict so far
) STRICT;

CREATE TABLE optimisation_trials (
    optimisation INTEGER NOT NULL REFERENCES optimisations (id) ON DELETE CASCADE,
    candidate    TEXT    NOT NULL,            -- hash of its timings
    seed         INTEGER NOT NULL,            -- the 64 bits of the seed, as a signed integer
    whole        INTEGER NOT NULL CHECK (whole IN (0, 1)), -- 1: a whole run for the verdict
    origin       TEXT    NOT NULL,            -- how the search came by it
    timing       TEXT    NOT NULL CHECK (json_valid(timing)),
    measures     TEXT    NOT NULL CHECK (json_valid(measures)),
    PRIMARY KEY (optimisation, whole, candidate, seed)
) STRICT, WITHOUT ROWID;

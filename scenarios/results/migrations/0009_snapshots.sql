-- States of the engine, from which a run goes on: what a crash is replayed from.
CREATE TABLE snapshots (
    run     INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
    step    INTEGER NOT NULL,           -- after so many steps
    time_s  REAL    NOT NULL,           -- s after midnight
    parts   TEXT    NOT NULL CHECK (json_valid(parts)), -- hash of each part of the state
    format  TEXT    NOT NULL,           -- programs with another cannot read it
    bytes   INTEGER NOT NULL,           -- before compression
    data    BLOB    NOT NULL,           -- zstd
    PRIMARY KEY (run, step)
) STRICT;

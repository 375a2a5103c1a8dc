CREATE TABLE routes ( -- the ways of the trips, of runs that were asked to keep them; enough to drive them again
    run   INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
    trip  INTEGER NOT NULL,
    edges TEXT    NOT NULL CHECK (json_valid(edges)), -- ids of the edges, the first and the last included
    PRIMARY KEY (run, trip)
) STRICT, WITHOUT ROWID;

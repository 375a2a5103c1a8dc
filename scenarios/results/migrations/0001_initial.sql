-- Times are seconds of simulation after midnight unless they are wall-clock times (RFC 3339, UTC, TEXT).
-- Lengths are metres, speeds metres a second. Every row belongs to a run, and a run to (scenario_hash, seed, version).

CREATE TABLE runs (
    id            INTEGER PRIMARY KEY,
    scenario      TEXT    NOT NULL,           -- its name
    scenario_text TEXT    NOT NULL,           -- the scenario as it was run, options of the command line included
    scenario_hash TEXT    NOT NULL,           -- SHA-256 of scenario_text; seeds are not in it
    seed          INTEGER NOT NULL,           -- the 64 bits of the seed, as a signed integer
    version       TEXT    NOT NULL,           -- of the program
    map           TEXT    NOT NULL,           -- where the map was read from
    map_hash      TEXT    NOT NULL,           -- of the network it became
    begin_s       REAL    NOT NULL,
    end_s         REAL    NOT NULL,
    step_s        REAL    NOT NULL,
    started_at    TEXT    NOT NULL,           -- wall clock
    ended_at      TEXT    NOT NULL DEFAULT '',
    finished      INTEGER NOT NULL DEFAULT 0 CHECK (finished IN (0, 1)), -- 0: stopped before end_s
    state_hash    TEXT    NOT NULL DEFAULT '',
    summary       TEXT    NOT NULL DEFAULT '{}' CHECK (json_valid(summary))
) STRICT;

CREATE TABLE edges ( -- the edges that intervals and trips speak of
    run     INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
    edge    INTEGER NOT NULL,
    osm_way INTEGER NOT NULL,                 -- negative: driven against the way's direction
    name    TEXT    NOT NULL,
    road    TEXT    NOT NULL,
    length  REAL    NOT NULL,
    lanes   INTEGER NOT NULL,
    PRIMARY KEY (run, edge)
) STRICT, WITHOUT ROWID;

CREATE TABLE trips (
    run         INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
    trip        INTEGER NOT NULL,
    class       TEXT    NOT NULL,
    from_edge   INTEGER NOT NULL,
    to_edge     INTEGER NOT NULL,
    depart_s    REAL    NOT NULL,             -- wished departure
    entered_s   REAL,                         -- entered the road
    arrived_s   REAL,
    travel_time REAL,                         -- s on the road
    free_time   REAL,                         -- s the same way takes alone and at green
    waited      REAL,                         -- s from depart_s to entered_s
    distance    REAL,
    stops       INTEGER,
    state       TEXT    NOT NULL CHECK (state IN ('arrived', 'on_road', 'waiting', 'no_route', 'cleared')),
    PRIMARY KEY (run, trip)
) STRICT, WITHOUT ROWID;

CREATE TABLE edge_intervals (
    run             INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
    begin_s         REAL    NOT NULL,
    end_s           REAL    NOT NULL,
    edge            INTEGER NOT NULL,
    entered         INTEGER NOT NULL,         -- vehicles
    exited          INTEGER NOT NULL,
    vehicle_seconds REAL    NOT NULL,
    vehicle_metres  REAL    NOT NULL,
    standing_secs   REAL    NOT NULL,         -- vehicle seconds below 5 km/h
    queue_mean      REAL    NOT NULL,         -- standing vehicles at the stop line, all lanes, sampled
    queue_max       INTEGER NOT NULL,
    PRIMARY KEY (run, begin_s, edge)
) STRICT, WITHOUT ROWID;

CREATE TABLE movement_intervals (
    run             INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
    begin_s         REAL    NOT NULL,
    end_s           REAL    NOT NULL,
    movement        INTEGER NOT NULL,
    from_edge       INTEGER NOT NULL,
    to_edge         INTEGER NOT NULL,
    turn            TEXT    NOT NULL,
    entered         INTEGER NOT NULL,
    exited          INTEGER NOT NULL,
    vehicle_seconds REAL    NOT NULL,
    standing_secs   REAL    NOT NULL,
    PRIMARY KEY (run, begin_s, movement)
) STRICT, WITHOUT ROWID;

CREATE TABLE signal_stages ( -- the plans as they were set at the start
    run        INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
    controller INTEGER NOT NULL,
    name       TEXT    NOT NULL,
    stage      INTEGER NOT NULL,
    green_groups TEXT  NOT NULL CHECK (json_valid(green_groups)), -- names of the signal groups that are green
    green      REAL    NOT NULL,              -- s
    intergreen REAL    NOT NULL,              -- s
    cycle      REAL    NOT NULL,              -- s
    split      REAL    NOT NULL,              -- green plus intergreen as a share of the cycle
    plan_offset REAL   NOT NULL,              -- s
    PRIMARY KEY (run, controller, stage)
) STRICT, WITHOUT ROWID;

CREATE TABLE crashes (
    id            INTEGER PRIMARY KEY,
    run           INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
    time_s        REAL    NOT NULL,
    trip          INTEGER NOT NULL,           -- the vehicle that struck
    other         INTEGER NOT NULL,           -- the vehicle that was struck
    edge          INTEGER,                    -- where, NULL inside a junction
    junction      TEXT    NOT NULL,           -- where, '' on an edge
    position      REAL    NOT NULL,           -- m along the lane or connector
    lon           REAL    NOT NULL,
    lat           REAL    NOT NULL,
    closing_speed REAL    NOT NULL,
    delta_v       REAL    NOT NULL
) STRICT;

CREATE INDEX crashes_by_run ON crashes (run);

CREATE TABLE conflicts ( -- near misses
    id    INTEGER PRIMARY KEY,
    run   INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
    time_s REAL   NOT NULL,
    trip  INTEGER NOT NULL,
    other INTEGER NOT NULL,
    kind  TEXT    NOT NULL,
    ttc   REAL,                               -- s, the smallest time to collision
    pet   REAL,                               -- s, post-encroachment time
    drac  REAL                                -- m/s², the largest deceleration needed to avoid a crash
) STRICT;

CREATE INDEX conflicts_by_run ON conflicts (run);

CREATE TABLE commands ( -- what changed the traffic from outside, in the order applied; enough to replay the run
    run       INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
    seq       INTEGER NOT NULL,
    step      INTEGER NOT NULL,               -- applied at the beginning of this step, the first is 0
    time_s    REAL    NOT NULL,               -- at the beginning of that step
    asked_by  TEXT    NOT NULL,               -- who asked: 'scenario', or a client
    kind      TEXT    NOT NULL,
    edge      INTEGER,
    condition TEXT,
    value     REAL,
    PRIMARY KEY (run, seq)
) STRICT, WITHOUT ROWID;

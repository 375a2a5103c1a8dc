-- Studies: variants of a scenario, run with the same seeds and compared. What the streets are is kept once a map, no more once a run.
ALTER TABLE runs ADD COLUMN variant     TEXT NOT NULL DEFAULT 'base'; -- of the scenario; 'base' is what it says outside of variants
ALTER TABLE runs ADD COLUMN inputs_hash TEXT NOT NULL DEFAULT '';     -- SHA-256 of the files that the scenario names beside the map; '' for none
ALTER TABLE runs ADD COLUMN routing     TEXT NOT NULL DEFAULT '';     -- '' drivers choose; 'equilibrium' after runs that taught the ways; 'given' as another run had them
CREATE INDEX runs_by_study ON runs (scenario_hash, variant, seed, version);

CREATE TABLE map_junctions (
    map_hash TEXT    NOT NULL,                -- of runs
    junction INTEGER NOT NULL,
    name     TEXT    NOT NULL,                -- the streets that meet, may be ''
    kind     TEXT    NOT NULL,                -- 'signalised', 'priority', ...
    lon      REAL    NOT NULL,
    lat      REAL    NOT NULL,
    PRIMARY KEY (map_hash, junction)
) STRICT, WITHOUT ROWID;

CREATE TABLE map_edges ( -- an edge is one direction of a road between two junctions
    map_hash      TEXT    NOT NULL,
    edge          INTEGER NOT NULL,
    key           TEXT    NOT NULL,           -- names the edge on other versions of the map, too; '' in runs of earlier versions of the program
    osm_way       INTEGER NOT NULL,           -- negative: driven against the way's direction
    name          TEXT    NOT NULL,
    road          TEXT    NOT NULL,
    length        REAL    NOT NULL,
    lanes         INTEGER NOT NULL,
    speed_limit   REAL,                       -- m/s, the mean of its lanes
    from_junction INTEGER,
    to_junction   INTEGER,
    control       TEXT,                       -- at its end: 'free', 'yield', 'stop' or 'signal'; the strictest of its connectors
    geometry      TEXT    NOT NULL DEFAULT '[]' CHECK (json_valid(geometry)), -- [[longitude, latitude], ...] along the middle of the edge
    PRIMARY KEY (map_hash, edge)
) STRICT, WITHOUT ROWID;

INSERT OR IGNORE INTO map_edges (map_hash, edge, key, osm_way, name, road, length, lanes)
    SELECT r.map_hash, e.edge, '', e.osm_way, e.name, e.road, e.length, e.lanes FROM edges e JOIN runs r ON r.id = e.run;
DROP TABLE edges;
CREATE VIEW edges AS -- the edges that intervals and trips of a run speak of
    SELECT r.id AS run, e.edge, e.osm_way, e.name, e.road, e.length, e.lanes, e.speed_limit, e.key
    FROM runs r JOIN map_edges e ON e.map_hash = r.map_hash;

CREATE TABLE edge_capacities ( -- what an edge can discharge in this run; edges that yield or stop at their end have none
    run      INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
    edge     INTEGER NOT NULL,
    capacity REAL    NOT NULL,                -- veh/h
    PRIMARY KEY (run, edge)
) STRICT, WITHOUT ROWID;

CREATE TABLE place_edges ( -- the areas and corridors that the scenario measures
    run   INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
    place TEXT    NOT NULL,
    kind  TEXT    NOT NULL CHECK (kind IN ('area', 'corridor')),
    seq   INTEGER NOT NULL,                   -- along a corridor, from 0; the edge's number in an area
    edge  INTEGER NOT NULL,
    PRIMARY KEY (run, place, seq)
) STRICT, WITHOUT ROWID;

ALTER TABLE edge_intervals ADD COLUMN queue_p95 REAL; -- 95th percentile of the sampled queue

-- Views for queries by hand. Times are hours where their name ends in _h, else seconds.
CREATE VIEW run_measures AS -- one row a run and measure; SCHEMA.md lists the measures
    SELECT r.id AS run, r.scenario, r.variant, r.seed, r.version, r.finished, m.key AS measure, m.value AS value
    FROM runs r, json_each(r.summary, '$.measures') m;

CREATE VIEW trip_measures AS
    SELECT t.run, r.variant, r.seed, t.trip, t.class, t.from_edge, t.to_edge, t.depart_s, t.state, t.travel_time, t.free_time, t.waited,
        t.distance, t.stops, t.travel_time - t.free_time + t.waited AS delay, t.travel_time / nullif(t.free_time, 0) AS travel_time_index,
        t.co2, t.fuel, t.nox, t.pm, t.electricity
    FROM trips t JOIN runs r ON r.id = t.run;

CREATE VIEW edge_measures AS -- one row a run, interval and edge with traffic
    SELECT i.run, r.scenario, r.variant, r.seed, i.begin_s, i.end_s, i.edge, e.key, e.osm_way, e.name, e.road, e.length, e.lanes,
        i.exited * 3600 / (i.end_s - i.begin_s) AS flow_vph,
        i.vehicle_seconds / (i.end_s - i.begin_s) / (e.length * e.lanes / 1000) AS density_vpkm, -- vehicles a kilometre of lane
        3.6 * i.vehicle_metres / nullif(i.vehicle_seconds, 0) AS speed_kmh,
        e.length * i.vehicle_seconds / nullif(i.vehicle_metres, 0) AS travel_time,
        e.length / e.speed_limit AS free_time,
        max(0, i.vehicle_seconds - i.vehicle_metres / e.speed_limit) / 3600 AS delay_h,  -- of all vehicles, against the speed limit
        max(0, i.vehicle_seconds - i.vehicle_metres / e.speed_limit) * e.length / nullif(i.vehicle_metres, 0) AS delay, -- of one
        i.standing_secs / 3600 AS standing_h,
        i.queue_mean, i.queue_p95, i.queue_max,
        i.queue_max * 7.62 / (e.length * e.lanes) AS queue_storage_ratio, -- 25 ft a vehicle
        i.exited * 3600 / (i.end_s - i.begin_s) / c.capacity AS volume_capacity_ratio,
        i.vehicle_metres / i.vehicle_seconds / e.speed_limit AS speed_ratio,
        CASE -- HCM 6th ed., exhibit 18-1 (urban street segments, by speed against free flow and volume against capacity)
            WHEN i.vehicle_seconds = 0 OR e.speed_limit IS NULL THEN NULL
            WHEN i.exited * 3600 / (i.end_s - i.begin_s) > c.capacity OR i.vehicle_metres <= 0.30 * i.vehicle_seconds * e.speed_limit THEN 'F'
            WHEN i.vehicle_metres <= 0.40 * i.vehicle_seconds * e.speed_limit THEN 'E'
            WHEN i.vehicle_metres <= 0.50 * i.vehicle_seconds * e.speed_limit THEN 'D'
            WHEN i.vehicle_metres <= 0.67 * i.vehicle_seconds * e.speed_limit THEN 'C'
            WHEN i.vehicle_metres <= 0.80 * i.vehicle_seconds * e.speed_limit THEN 'B'
            ELSE 'A' END AS level_of_service,
        i.vehicle_metres / 1000 AS vehicle_km, i.vehicle_seconds / 3600 AS vehicle_h,
        i.co2, i.fuel, i.nox, i.pm, i.electricity
    FROM edge_intervals i JOIN runs r ON r.id = i.run JOIN map_edges e ON e.map_hash = r.map_hash AND e.edge = i.edge
        LEFT JOIN edge_capacities c ON c.run = i.run AND c.edge = i.edge;

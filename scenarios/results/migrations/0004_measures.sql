-- Near misses: what is known of each beside the measures. Earlier versions wrote none.
ALTER TABLE conflicts ADD COLUMN begin_s       REAL;    -- s after midnight at which the two came below a threshold
ALTER TABLE conflicts ADD COLUMN end_s         REAL;    -- and last were
ALTER TABLE conflicts ADD COLUMN edge          INTEGER; -- where it was worst, NULL inside a junction
ALTER TABLE conflicts ADD COLUMN junction      TEXT NOT NULL DEFAULT ''; -- '' on an edge
ALTER TABLE conflicts ADD COLUMN position      REAL;    -- m along the lane or connector
ALTER TABLE conflicts ADD COLUMN lon           REAL;
ALTER TABLE conflicts ADD COLUMN lat           REAL;
ALTER TABLE conflicts ADD COLUMN mttc          REAL;    -- s, the smallest modified time to collision, with accelerations
ALTER TABLE conflicts ADD COLUMN tet           REAL;    -- s that TTC was below the threshold
ALTER TABLE conflicts ADD COLUMN tit           REAL;    -- s², integral of how much
ALTER TABLE conflicts ADD COLUMN delta_v       REAL;    -- m/s of trip, had they crashed as they were when it was worst
ALTER TABLE conflicts ADD COLUMN other_delta_v REAL;    -- m/s of other
ALTER TABLE conflicts ADD COLUMN speed         REAL;    -- m/s of trip then
ALTER TABLE conflicts ADD COLUMN other_speed   REAL;

-- What was burnt and emitted on the road: g, and kWh net from batteries.
ALTER TABLE trips ADD COLUMN co2         REAL;
ALTER TABLE trips ADD COLUMN fuel        REAL;
ALTER TABLE trips ADD COLUMN nox         REAL;
ALTER TABLE trips ADD COLUMN pm          REAL;
ALTER TABLE trips ADD COLUMN electricity REAL;
ALTER TABLE edge_intervals ADD COLUMN co2         REAL;
ALTER TABLE edge_intervals ADD COLUMN fuel        REAL;
ALTER TABLE edge_intervals ADD COLUMN nox         REAL;
ALTER TABLE edge_intervals ADD COLUMN pm          REAL;
ALTER TABLE edge_intervals ADD COLUMN electricity REAL;

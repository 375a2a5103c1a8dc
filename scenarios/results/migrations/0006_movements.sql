-- What movements cost: control delay, stops and queues, at every junction.
ALTER TABLE movement_intervals ADD COLUMN passed        INTEGER; -- vehicles that came onto the edge behind the junction; those that the next two tell of
ALTER TABLE movement_intervals ADD COLUMN control_delay REAL;    -- s, of all of them together: on the approach and in the junction, and what they lost to get to speed behind it
ALTER TABLE movement_intervals ADD COLUMN stops         INTEGER; -- times that they came to a stand
ALTER TABLE movement_intervals ADD COLUMN queue_mean    REAL;    -- standing vehicles on the longest of its lanes, sampled each second
ALTER TABLE movement_intervals ADD COLUMN queue_peaks   TEXT CHECK (queue_peaks IS NULL OR json_valid(queue_peaks)); -- the longest queue of each signal cycle (of each minute elsewhere)

CREATE VIEW movement_measures AS -- one row a run, interval and movement with traffic
    SELECT i.run, r.scenario, r.variant, r.seed, i.begin_s, i.end_s, i.movement, i.from_edge, i.to_edge, i.turn, e.name AS approach, e.to_junction AS junction,
        i.exited * 3600 / (i.end_s - i.begin_s) AS flow_vph,
        i.control_delay / nullif(i.passed, 0) AS control_delay,
        CAST(i.stops AS REAL) / nullif(i.passed, 0) AS stops,
        i.queue_mean,
        (SELECT max(value) FROM json_each(i.queue_peaks)) AS queue_max,
        CASE WHEN coalesce(i.passed, 0) = 0 THEN NULL -- HCM 7th ed., exhibits 19-8 and 20-2
            WHEN i.control_delay <= 10 * i.passed THEN 'A'
            WHEN i.control_delay <= CASE e.control WHEN 'signal' THEN 20 ELSE 15 END * i.passed THEN 'B'
            WHEN i.control_delay <= CASE e.control WHEN 'signal' THEN 35 ELSE 25 END * i.passed THEN 'C'
            WHEN i.control_delay <= CASE e.control WHEN 'signal' THEN 55 ELSE 35 END * i.passed THEN 'D'
            WHEN i.control_delay <= CASE e.control WHEN 'signal' THEN 80 ELSE 50 END * i.passed THEN 'E'
            ELSE 'F' END AS level_of_service
    FROM movement_intervals i JOIN runs r ON r.id = i.run LEFT JOIN map_edges e ON e.map_hash = r.map_hash AND e.edge = i.from_edge;

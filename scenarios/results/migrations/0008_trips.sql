-- Who the trips are, and levels of service of edges by what the manual asks for: control delay where signals or signs stop them.
ALTER TABLE trips ADD COLUMN purpose TEXT;    -- 'commute', 'shopping', ...; NULL if not known
ALTER TABLE trips ADD COLUMN shift_s REAL;    -- s by which a policy has it depart later (negative: earlier) than it would; 0 for most
ALTER TABLE trips ADD COLUMN number  INTEGER; -- of the trip in its demand: the same whoever else travels; the 64 bits as a signed integer
ALTER TABLE edge_intervals ADD COLUMN passed        INTEGER; -- vehicles that came onto the edge behind the junction at its end; those that the next tells of
ALTER TABLE edge_intervals ADD COLUMN control_delay REAL;    -- s, of all of them together: on the edge and in that junction, and what they lost to get to speed behind it

DROP VIEW trip_measures;
CREATE VIEW trip_measures AS
    SELECT t.run, r.variant, r.seed, t.trip, t.class, t.from_edge, t.to_edge, t.depart_s, t.state, t.travel_time, t.free_time, t.waited,
        t.distance, t.stops, t.travel_time - t.free_time + t.waited AS delay, t.travel_time / nullif(t.free_time, 0) AS travel_time_index,
        t.co2, t.fuel, t.nox, t.pm, t.electricity, t.purpose, t.shift_s, t.number
    FROM trips t JOIN runs r ON r.id = t.run;

DROP VIEW edge_measures;
CREATE VIEW edge_measures AS -- one row a run, interval and edge with traffic
    SELECT i.run, r.scenario, r.variant, r.seed, i.begin_s, i.end_s, i.edge, e.key, e.osm_way, e.name, e.road, e.length, e.lanes,
        i.exited * 3600 / (i.end_s - i.begin_s) AS flow_vph,
        i.vehicle_seconds / (i.end_s - i.begin_s) / (e.length * e.lanes / 1000) AS density_vpkm, -- vehicles a kilometre of lane
        3.6 * i.vehicle_metres / nullif(i.vehicle_seconds, 0) AS speed_kmh,
        e.length * i.vehicle_seconds / nullif(i.vehicle_metres, 0) AS travel_time,
        e.length / e.speed_limit AS free_time,
        max(0, i.vehicle_seconds - i.vehicle_metres / e.speed_limit) / 3600 AS delay_h,  -- of all vehicles, against the speed limit
        max(0, i.vehicle_seconds - i.vehicle_metres / e.speed_limit) * e.length / nullif(i.vehicle_metres, 0) AS delay, -- of one
        i.control_delay / nullif(i.passed, 0) AS control_delay,
        i.standing_secs / 3600 AS standing_h,
        i.queue_mean, i.queue_p95, i.queue_max,
        i.queue_max * 7.62 / (e.length * e.lanes) AS queue_storage_ratio, -- 25 ft a vehicle
        i.exited * 3600 / (i.end_s - i.begin_s) / c.capacity AS volume_capacity_ratio,
        i.vehicle_metres / i.vehicle_seconds / e.speed_limit AS speed_ratio,
        CASE
            WHEN i.exited * 3600 / (i.end_s - i.begin_s) > c.capacity THEN 'F'
            WHEN e.control IN ('signal', 'yield', 'stop') AND i.passed > 0 THEN -- HCM 7th ed., exhibits 19-8 and 20-2
                CASE WHEN i.control_delay <= 10 * i.passed THEN 'A'
                    WHEN i.control_delay <= CASE e.control WHEN 'signal' THEN 20 ELSE 15 END * i.passed THEN 'B'
                    WHEN i.control_delay <= CASE e.control WHEN 'signal' THEN 35 ELSE 25 END * i.passed THEN 'C'
                    WHEN i.control_delay <= CASE e.control WHEN 'signal' THEN 55 ELSE 35 END * i.passed THEN 'D'
                    WHEN i.control_delay <= CASE e.control WHEN 'signal' THEN 80 ELSE 50 END * i.passed THEN 'E'
                    ELSE 'F' END
            WHEN e.control IN ('signal', 'yield', 'stop') AND i.passed IS NOT NULL OR e.length < 150 OR i.vehicle_seconds = 0 OR e.speed_limit IS NULL THEN NULL
            WHEN i.vehicle_metres <= 0.30 * i.vehicle_seconds * e.speed_limit THEN 'F' -- HCM 6th ed., exhibit 18-1 (urban street segments)
            WHEN i.vehicle_metres <= 0.40 * i.vehicle_seconds * e.speed_limit THEN 'E'
            WHEN i.vehicle_metres <= 0.50 * i.vehicle_seconds * e.speed_limit THEN 'D'
            WHEN i.vehicle_metres <= 0.67 * i.vehicle_seconds * e.speed_limit THEN 'C'
            WHEN i.vehicle_metres <= 0.80 * i.vehicle_seconds * e.speed_limit THEN 'B'
            ELSE 'A' END AS level_of_service,
        i.vehicle_metres / 1000 AS vehicle_km, i.vehicle_seconds / 3600 AS vehicle_h,
        i.co2, i.fuel, i.nox, i.pm, i.electricity
    FROM edge_intervals i JOIN runs r ON r.id = i.run JOIN map_edges e ON e.map_hash = r.map_hash AND e.edge = i.edge
        LEFT JOIN edge_capacities c ON c.run = i.run AND c.edge = i.edge;

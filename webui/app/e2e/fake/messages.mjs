// What the stand-in says, as webui/stream/PROTOCOL.md has it.

import { CENTER } from "./town.mjs";

const CLASS_NAMES = ["car", "van", "bus", "rigid_lorry", "articulated_lorry", "motorcycle"];
const WIDTHS = [1.8, 2, 2.55, 2.5, 2.55, 0.8];
const ASPECTS = ["off", "red", "red_amber", "green", "amber", "flashing_amber"];

const CONDITIONS = [
  "dry",
  "damp",
  "wet",
  "soaked",
  "flooded",
  "deep",
  "slush",
  "snow",
  "packed_snow",
  "ice",
  "wet_ice",
];

export function info(town, run) {
  return {
    name: "Gridville",
    version: "0.0.0",
    run: "stand-in",
    protocol: 1,
    attribution: "© OpenStreetMap contributors",
    country: "US",
    driving_side: "right",
    bounds: town.bounds(),
    center: CENTER,
    begin: run.begin,
    end: run.end,
    step: 0.1,
    base_map: true,
    tiles: {
      url: "/tiles/{z}/{x}/{y}.mvt",
      minzoom: 10,
      maxzoom: 16,
      layers: ["buildings", "roads", "edges", "lanes"],
    },
    vehicle_zoom: 13,
    vehicle_tile_zoom: 14,
    classes: CLASS_NAMES.map((name, id) => ({
      id,
      name,
      length: [4.5, 5.9, 12, 9, 16.5, 2.2][id],
      width: WIDTHS[id],
      height: 1.5,
    })),
    aspects: ASPECTS,
    conditions: CONDITIONS,
  };
}

function header(town, type, seq, bytes, tiles = 0) {
  const buffer = Buffer.alloc(16 + bytes);
  buffer.writeUInt8(1, 0);
  buffer.writeUInt8(type, 1);
  buffer.writeUInt16LE(tiles, 2);
  buffer.writeUInt32LE(seq, 4);
  buffer.writeDoubleLE(town.time, 8);
  return buffer;
}

export function vehicleFrame(town, seq) {
  const byTile = new Map();
  for (const car of town.vehicles()) {
    const [lng, lat] = town.position(car);
    const sin = Math.sin((lat * Math.PI) / 180);
    const x = ((lng + 180) / 360) * 16384;
    const y = (0.5 - Math.log((1 + sin) / (1 - sin)) / (4 * Math.PI)) * 16384;
    const key = `${Math.floor(x)},${Math.floor(y)}`;
    byTile.set(key, [...(byTile.get(key) ?? []), { car, x: x % 1, y: y % 1 }]);
  }
  const count = [...byTile.values()].reduce((sum, cars) => sum + cars.length, 0);
  const buffer = header(town, 1, seq, byTile.size * 8 + count * 12, byTile.size);
  let [entry, at] = [16, 16 + byTile.size * 8];
  for (const [key, cars] of byTile) {
    const [x, y] = key.split(",").map(Number);
    buffer.writeUInt16LE(x, entry);
    buffer.writeUInt16LE(y, entry + 2);
    buffer.writeUInt32LE(cars.length, entry + 4);
    entry += 8;
    for (const { car, x, y } of cars) {
      buffer.writeUInt32LE(car.id, at);
      buffer.writeUInt16LE(Math.floor(x * 65536), at + 4);
      buffer.writeUInt16LE(Math.floor(y * 65536), at + 6);
      buffer.writeUInt16LE(Math.round((car.lane.heading / (2 * Math.PI)) * 65536) % 65536, at + 8);
      buffer.writeUInt8(Math.min(255, Math.round(car.v * 4)), at + 10);
      buffer.writeUInt8(car.vehicleClass | (car.a < -0.5 ? 8 : 0), at + 11);
      at += 12;
    }
  }
  return buffer;
}

export function edgeFrame(town, seq) {
  const lanes = town.lanes.filter((lane) => lane.vehicles.length > 0);
  const buffer = header(town, 4, seq, 4 + lanes.length * 8);
  buffer.writeUInt32LE(lanes.length, 16);
  lanes.forEach(({ id, vehicles }, i) => {
    const mean = vehicles.reduce((sum, car) => sum + car.v, 0) / vehicles.length;
    const standing = vehicles.filter((car) => car.v < 1.4).length;
    buffer.writeUInt32LE(id, 20 + i * 8);
    buffer.set([Math.min(255, Math.round((mean / 13.4) * 255)), vehicles.length, standing, 0], 24 + i * 8);
  });
  return buffer;
}

export function signalSnapshot(town, seq) {
  const buffer = header(town, 2, seq, 4 + town.groups);
  buffer.writeUInt32LE(town.groups, 16);
  buffer.set(town.aspects, 20);
  return buffer;
}

export function signalChanges(town, seq, changes) {
  const buffer = header(town, 3, seq, 4 + changes.length * 4);
  buffer.writeUInt32LE(changes.length, 16);
  for (const [i, [group, aspect]] of changes.entries()) buffer.writeUInt32LE(group + aspect * 2 ** 24, 20 + i * 4);
  return buffer;
}

export function kpiMessage(town, run) {
  const cars = [...town.vehicles()];
  const standing = cars.filter((car) => car.v < 1.4);
  const [lon, lat] = CENTER;
  return JSON.stringify({
    type: "kpi",
    time: town.time,
    factor: run.speed || 40,
    on_road: cars.length,
    waiting: 12,
    released: 1321,
    departed: 1309,
    arrived: 1009,
    no_route: 0,
    crashes: 0,
    cleared: 0,
    stuck: 0,
    standing: standing.length,
    mean_speed: cars.reduce((sum, car) => sum + car.v, 0) / cars.length,
    mean_travel_time: 241,
    mean_delay: 68 + 20 * Math.sin(town.time / 40),
    updates_per_second: 2.6e6,
    clients: 1,
    queues: ["Market Street / 4th Street", "King Street / 2nd Street", "Orange Street / 3rd Street"].map((name, i) => ({
      junction: i,
      name,
      lon,
      lat,
      vehicles: 14 - 4 * i,
    })),
    audit: { overlaps: 0, jumps: 0, negative_speeds: 0, beyond_tyres: 0, lost: 0 },
  });
}

/** Half of the streets are as the run says, the others wet. */
const conditionOf = (run, edge) => (edge % 2 === 0 ? run.condition : "wet");

export function weatherMessage(town, run) {
  const edges = town.shapes().streets.map((_, edge) => conditionOf(run, edge));
  const roads = {};
  for (const name of edges) roads[name] = (roads[name] ?? 0) + 1 / edges.length;
  return JSON.stringify({
    type: "weather",
    time: town.time,
    sky: { temperature: -1.5, rain: 0, snow: 2.4, humidity: 96, wind: 4, visibility: 350 },
    surface: { ground: 0.4, bridges: -1.2 },
    roads,
    conditions: run.weather,
    spills: 1,
  });
}

/** What /api/network/conditions says. */
export function roadConditions(town, run) {
  const edges = town.shapes().streets.map((_, edge) => CONDITIONS.indexOf(conditionOf(run, edge)));
  const [lane] = town.lanes;
  const line = [10, 40].map((s) => lngLatOf(town, lane, s));
  const spill = {
    type: "Feature",
    id: 0,
    geometry: { type: "LineString", coordinates: line },
    properties: { condition: "packed_snow", track: 0 },
  };
  return {
    version: run.weather,
    time: town.time,
    names: CONDITIONS,
    edges: Buffer.from(edges).toString("base64"),
    spills: { type: "FeatureCollection", features: [spill] },
  };
}

export function vehicleDetail(town, run, id, first) {
  const car = town.find(id);
  if (!car) return { type: "vehicle_gone", vehicle: id, time: town.time };
  const [lon, lat] = town.position(car);
  const { lane } = car;
  const index = lane.vehicles.indexOf(car);
  const speeds = Array.from({ length: 31 }, (_, v) => v);
  const grip = {
    dry: 8.2,
    damp: 7,
    wet: 5.9,
    soaked: 5.2,
    flooded: 4.6,
    deep: 3,
    slush: 2.6,
    snow: 2.2,
    packed_snow: 1.6,
    ice: 1.1,
    wet_ice: 0.5,
  }[run.condition];
  return {
    type: "vehicle",
    time: town.time,
    vehicle: id,
    class: CLASS_NAMES[car.vehicleClass],
    length: town.lengthOf(car),
    lon,
    lat,
    heading: (lane.heading * 180) / Math.PI,
    speed: car.v,
    acceleration: car.a,
    wish_speed: 13.4,
    speed_limit: 13.4,
    leader: index > 0 ? lane.vehicles[index - 1].id : null,
    gap: index > 0 ? car.gap : null,
    limit: car.limit ?? "none",
    limit_text: car.limit === "signal" ? "the signal ahead" : "the vehicle ahead",
    brake: grip,
    drive: Math.min(grip, 2.9),
    stopping_distance: (car.v * car.v) / (2 * grip),
    street: lane.name,
    edge: lane.id,
    lane_index: 0,
    in_junction: false,
    flags: car.a < -0.5 ? ["braking"] : [],
    depart: 0,
    entered: 0,
    travel_time: town.time - town.begin,
    grip: 0.95,
    believed: 0.95,
    faults: [],
    brake_heat: 0,
    from: "King Street",
    to: "Orange Street",
    route_at: 2,
    route_edges: 5,
    route_version: 1,
    ...(first && { route: { version: 1, coordinates: [0, lane.length].map((s) => lngLatOf(town, lane, s)) } }),
    envelope: {
      surface: "asphalt",
      condition: run.condition,
      speed_step: 1,
      brake: speeds.map((v) => grip - v * 0.02),
      drive: speeds.map((v) => Math.min(grip, 3.4, 38 / Math.max(v, 1))),
    },
  };
}

const lngLatOf = (town, lane, s) => town.position({ lane, s });

/** What /api/network/edges/{id} says of a street. */
export function streetDetail(town, edge) {
  const source = {
    limit: "tagged",
    lanes: "derived",
    surface: "default",
    width: "default",
    turns: "derived",
    permitted: "default",
    gradient: "default",
  };
  const lane = {
    index: 0,
    limit: 13.41,
    width: 3.25,
    surface: "asphalt",
    gradient: 0,
    permitted: ["car", "van", "bus", "rigid_lorry", "articulated_lorry", "motorcycle"],
    turns: ["through"],
    source,
  };
  const { name } = town.shapes().streets[edge];
  return {
    edge,
    first_lane: edge,
    junction: 3,
    name,
    road: "secondary",
    osm_way: 0,
    length: 120,
    layer: 0,
    bridge: false,
    tunnel: false,
    access_only: false,
    lanes: [lane],
  };
}

/** What happened in the stand-in: two things at fixed times. */
export const MARKS = [
  { id: 0, time: 25_203, kind: "jam", text: "22 vehicles stand before Market Street / 4th Street" },
  { id: 1, time: 25_206, kind: "road", by: "page", text: "King Street, limit 30 km/h" },
];

/** How much is on the tape, with the marks of what has happened if it is asked for. */
export function timeline(town, tape, withMarks) {
  const marks = MARKS.filter(({ time }) => time <= town.time).map((mark) => ({
    ...mark,
    lon: CENTER[0],
    lat: CENTER[1],
  }));
  return {
    from: tape[0]?.time ?? null,
    to: tape.at(-1)?.time ?? null,
    spacing: 1,
    branch: 0,
    version: marks.length,
    ...(withMarks && { marks }),
  };
}

const CYCLE = 60;

/** What goes on at a place that somebody asks about. */
export function placeNow(town, run, { edge, junction }) {
  return junction === undefined ? edgeNow(town, run, edge) : junctionNow(town, run, junction);
}

function edgeNow(town, run, edge) {
  const lane = town.lanes[edge] ?? town.lanes[0];
  return {
    type: "edge",
    time: town.time,
    edge,
    closed: run.closed.has(edge),
    limit: run.limits.get(edge) ?? 13.4,
    lanes: [{ closed: false, queued: 2, aspects: ["green"] }],
    minutes: Math.floor(town.time / 60) * 60,
    vehicles: lane.vehicles.map((car) => [car.id, 0, car.s, car.v]),
  };
}

function junctionNow(town, run, junction) {
  const [lon, lat] = CENTER;
  const [first, second] = run.greens;
  const at = (town.time - run.offset) % (first + second + 10);
  const stage = at < first + 5 ? 0 : 1;
  const move = (movement, turn, delay, los) => ({
    movement,
    from: movement,
    to: 9,
    approach: "Market Street",
    exit: "4th Street",
    turn,
    queue: 3,
    vehicles: 40,
    delay,
    los,
    aspect: stage === 0 ? "green" : "red",
  });
  const groups = ["Market Street northbound"];
  return {
    type: "junction",
    time: town.time,
    junction,
    name: "Market Street / 4th Street",
    kind: "signalised",
    lon,
    lat,
    vehicles: 80,
    delay: 31.5,
    los: "C",
    movements: [move(0, "through", 21, "C"), move(1, "left", 58, "E")],
    signal: {
      controller: 2,
      name: "Market Street / 4th Street",
      control: "fixed",
      faulted: false,
      stage,
      elapsed: stage === 0 ? at : at - first - 5,
      remaining: 8,
      cycle: first + second + 10,
      offset: run.offset,
      pending: false,
      stages: run.greens.map((green) => ({ green, least: 6, intergreen: 5, groups })),
    },
  };
}

export const START_GREENS = [CYCLE / 2 - 5, CYCLE / 2 - 5];

/** The course of an edge: three minutes. */
export function course(edge) {
  return {
    edge,
    length: 120,
    lanes: 1,
    interval: 60,
    time: [25_140, 25_200, 25_260],
    flow: [300, 620, 540],
    density: [8, 21, 44],
    speed: [10.4, 8.2, 3.4],
    standing: [0.2, 1.1, 3.8],
  };
}

/** What a search finds: streets by name. */
export function search(town, query) {
  const streets = town.shapes().streets;
  const found = [...new Set(streets.map(({ name }) => name))]
    .filter((name) => name.toLowerCase().includes(query.toLowerCase()))
    .map((name) => {
      const [lon, lat] = CENTER;
      const id = streets.findIndex((street) => street.name === name);
      return { name, kind: "street", lon, lat, bounds: [lon - 0.001, lat - 0.001, lon + 0.001, lat + 0.001], id };
    });
  return { found };
}

/** The measures of all edges. */
export function layers(town) {
  const encode = (of) => Buffer.from(Float32Array.from(town.shapes().streets, of).buffer).toString("base64");
  return {
    time: 25_260,
    interval: 60,
    speed: encode((_, edge) => (edge % 5) / 5),
    delay: encode((_, edge) => (edge % 4) * 20),
    flow: encode((_, edge) => (edge % 3) * 300),
    density: encode((_, edge) => (edge % 6) * 20),
    standing: encode((_, edge) => edge % 10),
  };
}

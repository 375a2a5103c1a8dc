// A town of straight two-way streets for tests of the page: signals on a fixed cycle, vehicles that follow each other
// and stop at red. Just enough traffic to look at; the real one is the server's.

const METRES_PER_DEGREE = 111_319.49; // on the sphere of web mercator

export const CENTER = [-75.5466, 39.7459];
const BLOCK = 120; // m between streets
const STREETS = 6; // in each direction
const SIZE = BLOCK * (STREETS - 1);
const LANE = 3.5; // m
const HALF_JUNCTION = 9; // m from the middle of a junction to its stop lines
const CYCLE = 24; // s
const LIMIT = 13.4; // m/s
const LENGTHS = [4.5, 5.9, 12, 9, 16.5, 2.2];
const NAMES = ["Market", "King", "Orange", "Shipley", "Tatnall", "West"];

export const toLngLat = ([east, north]) => [
  CENTER[0] + east / (METRES_PER_DEGREE * Math.cos((CENTER[1] * Math.PI) / 180)),
  CENTER[1] + north / METRES_PER_DEGREE,
];

/** One lane right through the town: `at(s)` gives the place s metres from its start. */
function makeLanes() {
  const lanes = [];
  for (let street = 0; street < STREETS; street++) {
    const offset = street * BLOCK - SIZE / 2;
    for (const [dx, dy] of [
      [0, 1],
      [0, -1],
      [1, 0],
      [-1, 0],
    ]) {
      const side = (LANE / 2) * (dx !== 0 ? -dx : dy); // drive on the right
      const start = SIZE / 2 + BLOCK / 2;
      lanes.push({
        id: lanes.length,
        street,
        northSouth: dy !== 0,
        direction: [dx, dy],
        heading: (Math.atan2(dx, dy) + 2 * Math.PI) % (2 * Math.PI),
        length: 2 * start,
        name: dy !== 0 ? `${NAMES[street]} Street` : `${street + 4}th Avenue`,
        at: (s) => (dy !== 0 ? [offset + side, dy * (s - start)] : [dx * (s - start), offset + side]),
        vehicles: [],
      });
    }
  }
  return lanes;
}

export class Town {
  constructor(vehicles = 300, begin = 25_200) {
    this.time = begin;
    this.begin = begin;
    this.lanes = makeLanes();
    this.groups = this.lanes.length * STREETS; // one for each lane and junction
    this.aspects = new Uint8Array(this.groups);
    for (let id = 0; id < vehicles; id++) {
      const lane = this.lanes[id % this.lanes.length];
      const row = Math.floor(id / this.lanes.length);
      const s = lane.length - 30 - row * 34 - (id % 7);
      if (s > 20) lane.vehicles.push({ id, s, v: 8, a: 0, vehicleClass: id % 11 < 6 ? 0 : id % 6, lane });
    }
    this.updateSignals();
  }

  stopLine(junction) {
    return (junction + 1) * BLOCK - BLOCK / 2 - HALF_JUNCTION;
  }

  /** 1 red, 3 green, 4 amber, as the protocol's `aspects` count. */
  aspectOf(lane, junction) {
    const shift = ((lane.street + junction) % 4) * 3;
    const t = (this.time + shift + (lane.northSouth ? 0 : CYCLE / 2)) % CYCLE;
    return t < 8 ? 3 : t < 11 ? 4 : 1;
  }

  updateSignals() {
    const changes = [];
    for (const lane of this.lanes) {
      for (let junction = 0; junction < STREETS; junction++) {
        const group = lane.id * STREETS + junction;
        const aspect = this.aspectOf(lane, junction);
        if (this.aspects[group] !== aspect) changes.push([group, aspect]);
        this.aspects[group] = aspect;
      }
    }
    return changes;
  }

  /** Advances by dt seconds; returns the signal groups that changed, [group, aspect]. */
  step(dt) {
    this.time += dt;
    for (const lane of this.lanes) this.stepLane(lane, dt);
    return this.updateSignals();
  }

  stepLane(lane, dt) {
    const cars = lane.vehicles; // the most downstream first
    const rears = cars.map((car) => car.s - LENGTHS[car.vehicleClass]);
    cars.forEach((car, i) => {
      const leader = i > 0 ? rears[i - 1] : rears.at(-1) + lane.length;
      let gap = leader - car.s;
      car.limit = gap < 40 ? "leader" : "none";
      for (let junction = 0; junction < STREETS; junction++) {
        const stop = this.stopLine(junction) - car.s;
        const mayPass = this.aspects[lane.id * STREETS + junction] === 3 || stop < (car.v * car.v) / 7;
        if (stop > 0 && stop < gap && !mayPass) {
          gap = stop;
          car.limit = "signal";
        }
      }
      car.gap = leader - car.s;
      const wished = 2 + car.v * 1.2 + (car.v * car.v) / 8;
      const free = 1 - (car.v / LIMIT) ** 4;
      car.a = Math.max(-7, 1.6 * (free - (wished / Math.max(gap, 0.3)) ** 2));
    });
    for (const car of cars) {
      const v = Math.max(0, car.v + car.a * dt);
      car.s += ((car.v + v) / 2) * dt;
      car.v = v;
    }
    if (cars.length > 0 && cars[0].s > lane.length) {
      const first = cars.shift();
      first.s -= lane.length;
      cars.push(first);
    }
  }

  *vehicles() {
    for (const lane of this.lanes) yield* lane.vehicles;
  }

  find(id) {
    for (const car of this.vehicles()) if (car.id === id) return car;
    return undefined;
  }

  position(car) {
    return toLngLat(car.lane.at(car.s));
  }

  bounds() {
    const half = SIZE / 2 + BLOCK / 2;
    return [...toLngLat([-half, -half]), ...toLngLat([half, half])];
  }

  signalHeads() {
    return this.lanes.flatMap((lane) =>
      Array.from({ length: STREETS }, (_, junction) => ({
        type: "Feature",
        id: lane.id * STREETS + junction,
        geometry: { type: "Point", coordinates: toLngLat(lane.at(this.stopLine(junction))) },
        properties: {
          group: lane.id * STREETS + junction,
          controller: 0,
          lane: lane.id,
          edge: lane.id,
          heading: (lane.heading * 180) / Math.PI,
          width: LANE,
          slot: 0,
          slots: 1,
          turns: ["through"],
          name: lane.name,
        },
      })),
    );
  }

  lengthOf(car) {
    return LENGTHS[car.vehicleClass];
  }

  /** Shapes for the tiles, in metres east and north: streets as lines, lanes and houses as polygons. */
  shapes() {
    const lanes = this.lanes.map((lane) => {
      const [[x0, y0], [x1, y1]] = [lane.at(0), lane.at(lane.length)];
      const [dx, dy] = [(lane.direction[1] * LANE) / 2, (lane.direction[0] * LANE) / 2];
      return {
        id: lane.id,
        ring: [
          [x0 - dx, y0 + dy],
          [x1 - dx, y1 + dy],
          [x1 + dx, y1 - dy],
          [x0 + dx, y0 - dy],
        ],
      };
    });
    const streets = this.lanes
      .filter((lane) => lane.direction[0] + lane.direction[1] > 0)
      .map((lane) => {
        const middle = ([x, y]) => (lane.northSouth ? [x - LANE / 2, y] : [x, y + LANE / 2]);
        return { name: lane.name, line: [middle(lane.at(0)), middle(lane.at(lane.length))] };
      });
    const houses = [];
    for (let i = 0; i < STREETS - 1; i++) {
      for (let j = 0; j < STREETS - 1; j++) {
        const [x, y] = [i * BLOCK - SIZE / 2, j * BLOCK - SIZE / 2];
        for (const [a, b, c, d] of [
          [16, 16, 50, 104],
          [60, 16, 104, 48],
          [66, 62, 104, 104],
        ]) {
          houses.push([
            [x + a, y + b],
            [x + c, y + b],
            [x + c, y + d],
            [x + a, y + d],
          ]);
        }
      }
    }
    return { lanes, streets, houses };
  }
}

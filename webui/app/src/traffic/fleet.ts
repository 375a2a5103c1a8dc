// The vehicles on the screen: where each was and where it is now, laid out as the GPU reads it.

import type { LocalFrame } from "../map/mercator.ts";
import type { VehicleFlag, VehicleFrame } from "../protocol/frame.ts";
import type { VehicleClass } from "../protocol/messages.ts";
import { MAX_JOINED_SECONDS, mix, nearestAngle, Pace } from "./interpolate.ts";

/** Floats of one vehicle in Fleet.data. */
export const STRIDE = 12;

/** Where in a vehicle's floats each value is. Positions are those of the middle of the front bumper. */
export const Field = {
  fromEast: 0,
  fromSouth: 1,
  toEast: 2,
  toSouth: 3,
  fromHeading: 4, // rad, clockwise from north; not wrapped, so that mixing goes the short way round
  toHeading: 5,
  length: 6, // m
  width: 7, // m
  speed: 8, // m/s
  vehicleClass: 9,
  flags: 10, // bits of VehicleFlag
  selected: 11, // 1 or 0
} as const;

/** A vehicle as it is drawn at a moment. */
export interface DrawnVehicle {
  readonly id: number;
  readonly east: number;
  readonly south: number;
  readonly heading: number;
  readonly length: number;
  readonly width: number;
}

const UNKNOWN_CLASS: VehicleClass = { id: -1, name: "unknown", length: 4.5, width: 1.8 };

/** A vehicle that would have to be faster than this between two pictures was not moved but replaced, m/s. */
const FASTEST = 80;

export class Fleet {
  /** STRIDE floats a vehicle, `count` of them. Metres are those of `frame`. */
  data = new Float32Array(0);
  ids = new Uint32Array(0);
  count = 0;
  /** Simulation time of the newest picture, s after midnight. */
  time = 0;
  /** How many pictures have been taken over. */
  pictures = 0;
  /** Rises with every change of `data`. */
  revision = 0;

  readonly frame: LocalFrame;
  private readonly classes: readonly VehicleClass[];
  private readonly pace = new Pace();
  private slots = new Map<number, number>();
  private spare = { data: new Float32Array(0), ids: new Uint32Array(0), slots: new Map<number, number>() };
  private selectedId: number | null = null;

  constructor(frame: LocalFrame, classes: readonly VehicleClass[]) {
    this.frame = frame;
    this.classes = classes;
  }

  /** Takes over a picture that arrived at `now` (ms). */
  update(picture: VehicleFrame, now: number) {
    const t = this.progress(now);
    const elapsed = picture.time - this.time;
    const joined = this.count > 0 && elapsed >= 0 && elapsed <= MAX_JOINED_SECONDS;
    const before = { data: this.data, ids: this.ids, slots: this.slots };
    const next = this.spare;
    if (next.ids.length < picture.count) {
      const room = Math.ceil(picture.count * 1.5);
      next.data = new Float32Array(room * STRIDE);
      next.ids = new Uint32Array(room);
    }
    next.slots.clear();
    const farthest = FASTEST * elapsed + 5;
    for (let i = 0; i < picture.count; i++) {
      const at = i * STRIDE;
      const id = picture.id[i] as number;
      this.write(next.data, at, picture, i);
      next.ids[i] = id;
      next.slots.set(id, i);
      const old = joined ? before.slots.get(id) : undefined;
      if (old !== undefined) joinTo(next.data, at, before.data, old * STRIDE, t, farthest);
    }
    Object.assign(this, next);
    this.spare = before;
    this.count = picture.count;
    this.time = picture.time;
    this.pace.picture(now, joined);
    this.pictures++;
    this.revision++;
  }

  /** Writes a vehicle of a picture as one that stands where it is. */
  private write(data: Float32Array, at: number, picture: VehicleFrame, i: number) {
    const vehicleClass = this.classes[picture.vehicleClass[i] as number] ?? UNKNOWN_CLASS;
    const east = this.frame.east(picture.x[i] as number);
    const south = this.frame.south(picture.y[i] as number);
    const heading = picture.heading[i] as number;
    data[at + Field.fromEast] = data[at + Field.toEast] = east;
    data[at + Field.fromSouth] = data[at + Field.toSouth] = south;
    data[at + Field.fromHeading] = data[at + Field.toHeading] = heading;
    data[at + Field.length] = vehicleClass.length;
    data[at + Field.width] = vehicleClass.width;
    data[at + Field.speed] = picture.speed[i] as number;
    data[at + Field.vehicleClass] = picture.vehicleClass[i] as number;
    data[at + Field.flags] = picture.flags[i] as number;
    data[at + Field.selected] = picture.id[i] === this.selectedId ? 1 : 0;
  }

  /** Forgets all vehicles, for a view that shows none. */
  clear() {
    if (this.count === 0) return;
    this.count = 0;
    this.slots.clear();
    this.revision++;
  }

  select(id: number | null) {
    this.selectedId = id;
    for (let i = 0; i < this.count; i++) {
      this.data[i * STRIDE + Field.selected] = this.ids[i] === id ? 1 : 0;
    }
    this.revision++;
  }

  /** Returns how far the vehicles are from the last picture to the newest at `now` (ms), 0 … 1. */
  progress(now: number): number {
    return this.pace.progress(now);
  }

  /** Returns the vehicle in a slot (0 … count-1) as drawn at `now` (ms). */
  drawn(slot: number, now: number): DrawnVehicle {
    const t = this.progress(now);
    const value = (field: number) => this.data[slot * STRIDE + field] as number;
    return {
      id: this.ids[slot] as number,
      east: mix(value(Field.fromEast), value(Field.toEast), t),
      south: mix(value(Field.fromSouth), value(Field.toSouth), t),
      heading: mix(value(Field.fromHeading), value(Field.toHeading), t),
      length: value(Field.length),
      width: value(Field.width),
    };
  }

  /** Returns a vehicle as drawn at `now` (ms), undefined if it is not in the view. */
  find(id: number, now: number): DrawnVehicle | undefined {
    const slot = this.slots.get(id);
    return slot === undefined ? undefined : this.drawn(slot, now);
  }

  /** Returns the vehicle nearest to a point, at most `reach` metres from its box; undefined if there is none. */
  pick(east: number, south: number, reach: number, now: number): DrawnVehicle | undefined {
    let nearest: DrawnVehicle | undefined;
    let shortest = reach;
    for (let slot = 0; slot < this.count; slot++) {
      const vehicle = this.drawn(slot, now);
      const distance = distanceToBox(vehicle, east, south);
      if (distance <= shortest) {
        if (distance === shortest && nearest) continue;
        nearest = vehicle;
        shortest = distance;
      }
    }
    return nearest;
  }

  /** Returns how many vehicles have a flag set. */
  countFlag(flag: (typeof VehicleFlag)[keyof typeof VehicleFlag]): number {
    let n = 0;
    for (let i = 0; i < this.count; i++) {
      if ((this.data[i * STRIDE + Field.flags] as number) & flag) n++;
    }
    return n;
  }
}

/** Lets the vehicle at `at` begin where the one at `old` is drawn at `t`, unless that is impossibly far. */
function joinTo(data: Float32Array, at: number, before: Float32Array, old: number, t: number, farthest: number) {
  const value = (field: number) => before[old + field] as number;
  const east = mix(value(Field.fromEast), value(Field.toEast), t);
  const south = mix(value(Field.fromSouth), value(Field.toSouth), t);
  if (Math.hypot((data[at + Field.toEast] as number) - east, (data[at + Field.toSouth] as number) - south) > farthest) {
    return;
  }
  const heading = mix(value(Field.fromHeading), value(Field.toHeading), t);
  data[at + Field.fromEast] = east;
  data[at + Field.fromSouth] = south;
  data[at + Field.fromHeading] = heading;
  data[at + Field.toHeading] = nearestAngle(data[at + Field.toHeading] as number, heading);
}

/** Returns the distance in metres from a point to a vehicle's box, 0 inside of it. */
function distanceToBox(vehicle: DrawnVehicle, east: number, south: number): number {
  const [sin, cos] = [Math.sin(vehicle.heading), Math.cos(vehicle.heading)];
  const [dx, dy] = [east - vehicle.east, south - vehicle.south];
  const ahead = dx * sin - dy * cos; // of the front bumper
  const aside = dx * cos + dy * sin;
  const along = Math.max(ahead, -vehicle.length - ahead, 0);
  const across = Math.max(Math.abs(aside) - vehicle.width / 2, 0);
  return Math.hypot(along, across);
}

import { describe, expect, it } from "vitest";
import { LocalFrame } from "../map/mercator.ts";
import type { VehicleFrame } from "../protocol/frame.ts";
import { Fleet } from "./fleet.ts";

const frame = new LocalFrame(-75.55, 39.74);
const classes = [
  { id: 0, name: "car", length: 4.5, width: 1.8 },
  { id: 1, name: "van", length: 5.9, width: 2 },
];

interface Seen {
  id: number;
  east: number;
  south: number;
  heading?: number;
  vehicleClass?: number;
}

function picture(time: number, seen: Seen[]): VehicleFrame {
  return {
    kind: "vehicles",
    seq: 1,
    time,
    count: seen.length,
    id: Uint32Array.from(seen, (v) => v.id),
    x: Float64Array.from(seen, (v) => frame.originX + v.east * frame.unitsPerMetre),
    y: Float64Array.from(seen, (v) => frame.originY + v.south * frame.unitsPerMetre),
    heading: Float32Array.from(seen, (v) => v.heading ?? 0),
    speed: new Float32Array(seen.length),
    vehicleClass: Uint8Array.from(seen, (v) => v.vehicleClass ?? 0),
    flags: new Uint8Array(seen.length),
  };
}

describe("Fleet", () => {
  it("moves a vehicle from one picture to the next, whatever its place in them", () => {
    const fleet = new Fleet(frame, classes);
    fleet.update(picture(100, [{ id: 7, east: 0, south: 0 }]), 0);
    fleet.update(
      picture(100.1, [
        { id: 9, east: 50, south: 0 },
        { id: 7, east: 2, south: 0 },
      ]),
      100,
    );
    expect(fleet.find(7, 100)?.east).toBeCloseTo(0, 3);
    expect(fleet.find(7, 150)?.east).toBeCloseTo(1, 3);
    expect(fleet.find(7, 999)?.east).toBeCloseTo(2, 3);
    expect(fleet.find(9, 150)?.east).toBeCloseTo(50, 3); // not in the picture before: it does not fly in
  });

  it("goes on from where a vehicle is drawn when a picture comes early", () => {
    const fleet = new Fleet(frame, classes);
    fleet.update(picture(100, [{ id: 7, east: 0, south: 0 }]), 0);
    fleet.update(picture(100.1, [{ id: 7, east: 2, south: 0 }]), 100);
    const before = fleet.find(7, 140)?.east ?? Number.NaN;
    fleet.update(picture(100.2, [{ id: 7, east: 4, south: 0 }]), 140);
    expect(fleet.find(7, 140)?.east).toBeCloseTo(before, 3);
  });

  it("turns the short way", () => {
    const fleet = new Fleet(frame, classes);
    fleet.update(picture(100, [{ id: 7, east: 0, south: 0, heading: 6.2 }]), 0);
    fleet.update(picture(100.1, [{ id: 7, east: 0, south: 0, heading: 0.1 }]), 100);
    expect(fleet.find(7, 150)?.heading).toBeCloseTo((6.2 + 0.1 + 2 * Math.PI) / 2, 3);
  });

  it("shows only the newest when pictures are far apart, or run backwards", () => {
    const fleet = new Fleet(frame, classes);
    fleet.update(picture(100, [{ id: 7, east: 0, south: 0 }]), 0);
    fleet.update(picture(104, [{ id: 7, east: 40, south: 0 }]), 100);
    expect(fleet.find(7, 100)?.east).toBeCloseTo(40, 3);
    fleet.update(picture(50, [{ id: 7, east: 3, south: 0 }]), 200);
    expect(fleet.find(7, 200)?.east).toBeCloseTo(3, 3);
  });

  it("forgets who has left", () => {
    const fleet = new Fleet(frame, classes);
    fleet.update(
      picture(100, [
        { id: 7, east: 0, south: 0 },
        { id: 8, east: 9, south: 0 },
      ]),
      0,
    );
    fleet.update(picture(100.1, [{ id: 8, east: 9, south: 0 }]), 100);
    fleet.update(picture(100.2, [{ id: 8, east: 9, south: 0 }]), 200);
    expect(fleet.find(7, 200)).toBeUndefined();
    expect(fleet.count).toBe(1);
  });

  it("picks by the box behind the front bumper", () => {
    const fleet = new Fleet(frame, classes);
    fleet.update(
      picture(100, [
        { id: 1, east: 0, south: 0, heading: Math.PI / 2 },
        { id: 2, east: 20, south: 0, heading: Math.PI / 2, vehicleClass: 1 },
      ]),
      0,
    );
    expect(fleet.pick(-4, 0.5, 1, 0)?.id).toBe(1); // inside of the car
    expect(fleet.pick(1.5, 0, 1, 0)).toBeUndefined(); // 1.5 m ahead of it
    expect(fleet.pick(1.5, 0, 2, 0)?.id).toBe(1);
    expect(fleet.pick(14.2, 0, 30, 0)?.id).toBe(2); // inside of the van, near the car
  });
});

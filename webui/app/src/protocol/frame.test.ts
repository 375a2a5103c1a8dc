import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { decodeBinary, MessageType, ProtocolError, VehicleFlag } from "./frame.ts";

const document = readFileSync(new URL("../../../stream/PROTOCOL.md", import.meta.url), "utf8");

/** The bytes of the example that PROTOCOL.md shows, so that page, server and document cannot drift apart. */
function documentedExample(): ArrayBuffer {
  const lines = document.match(/^ {4}(?:[0-9a-f]{2,16} )+.*$/gm) ?? [];
  const digits = lines.map((line) => line.trim().split(/ {2,}/)[0]?.replaceAll(" ", "") ?? "").join("");
  return bytes(digits);
}

function bytes(hex: string): ArrayBuffer {
  return Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16)).buffer;
}

const HEADER = (type: number, tiles = 0) => `01${hex8(type)}${hex8(tiles)}00d204000000000000009cd840`;
const hex8 = (n: number) => n.toString(16).padStart(2, "0");

describe("decodeBinary", () => {
  it("reads the vehicle frame of PROTOCOL.md", () => {
    const frame = decodeBinary(documentedExample());
    if (frame.kind !== "vehicles") throw new Error(`kind ${frame.kind}`);
    expect(frame.seq).toBe(1234);
    expect(frame.time).toBe(25200);
    expect(frame.count).toBe(1);
    expect(frame.id[0]).toBe(77);
    const [, tileX, tileY] = document.match(/Example, one car \(id 77\) in tile (\d+)\/(\d+)/) ?? [];
    expect(frame.x[0]).toBeCloseTo((Number(tileX) + 0.5) / 16384, 8);
    expect(frame.y[0]).toBeCloseTo((Number(tileY) + 0.5) / 16384, 8);
    expect(frame.heading[0]).toBeCloseTo(Math.PI / 2, 6);
    expect(frame.speed[0]).toBe(10);
    expect(frame.vehicleClass[0]).toBe(0);
    expect(frame.flags[0]).toBe(VehicleFlag.braking);
  });

  it("reads records of several tiles, class and every flag", () => {
    const tiles = ["0100020002000000", "0300040001000000"].join(""); // 2 vehicles in 1/2, 1 in 3/4
    const record = (id: number, packed: number) => `${hex8(id)}000000ffff000000c0ff${hex8(packed)}`;
    const frame = decodeBinary(
      bytes(HEADER(MessageType.vehicles, 2) + tiles + record(1, 5) + record(2, 0xf8) + record(3, 2)),
    );
    if (frame.kind !== "vehicles") throw new Error(`kind ${frame.kind}`);
    expect([...frame.id]).toEqual([1, 2, 3]);
    expect([...frame.vehicleClass]).toEqual([5, 0, 2]);
    expect([...frame.flags]).toEqual([0, 31, 0]);
    expect(frame.speed[0]).toBe(63.75);
    expect(frame.heading[0]).toBeCloseTo(1.5 * Math.PI, 6);
    expect(frame.x[2]).toBeCloseTo((3 + 65535.5 / 65536) / 16384, 12);
    expect(frame.y[2]).toBeCloseTo((4 + 0.5 / 65536) / 16384, 12);
  });

  it("reads a frame without vehicles", () => {
    expect(decodeBinary(bytes(HEADER(MessageType.vehicles)))).toMatchObject({ kind: "vehicles", count: 0 });
  });

  it("reads signals, whole and changed", () => {
    const whole = decodeBinary(bytes(`${HEADER(MessageType.signalSnapshot)}03000000010304`));
    expect(whole).toMatchObject({ kind: "signalSnapshot", aspects: new Uint8Array([1, 3, 4]) });
    const changed = decodeBinary(bytes(`${HEADER(MessageType.signalChanges)}020000000a00000102010104`));
    expect(changed).toMatchObject({
      kind: "signalChanges",
      changes: [
        { group: 10, aspect: 1 },
        { group: 0x010102, aspect: 4 },
      ],
    });
  });

  it("reads the load of edges", () => {
    const message = decodeBinary(bytes(`${HEADER(MessageType.edges)}010000007800000033070200`));
    expect(message).toMatchObject({
      kind: "edges",
      edges: [{ edge: 120, relativeSpeed: 0.2, vehicles: 7, standing: 2 }],
    });
  });

  it.each([
    ["nothing", ""],
    ["half a header", "0101000000"],
    ["another version", `02${HEADER(1).slice(2)}`],
    ["an unknown type", HEADER(9)],
    ["a tile list that is cut", `${HEADER(1, 1)}8d12`],
    ["a record that is cut", `${HEADER(1, 1)}8d124718010000004d000000`],
    ["a record too many", `${HEADER(1)}4d0000000080008000402808`],
    ["a count that would need gigabytes", `${HEADER(1, 1)}8d124718ffffffff`],
    ["signals that are cut", `${HEADER(2)}05000000010203`],
    ["edges without a count", HEADER(4)],
  ])("refuses %s", (_, hex) => {
    expect(() => decodeBinary(bytes(hex))).toThrow(ProtocolError);
  });

  it("throws nothing but ProtocolError on any cut of a good message", () => {
    const whole = new Uint8Array(documentedExample());
    for (let length = 0; length < whole.length; length++) {
      expect(() => decodeBinary(whole.slice(0, length).buffer), `${length} bytes`).toThrow(ProtocolError);
    }
  });
});

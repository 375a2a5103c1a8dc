// Decoding of the binary messages of the stream, as webui/stream/PROTOCOL.md describes them. Everything is
// little-endian; what does not add up throws a ProtocolError and changes nothing.

export const PROTOCOL_VERSION = 1;

/** Zoom of the tiles that vehicle positions are relative to. */
export const VEHICLE_TILE_ZOOM = 14;

export const MessageType = { vehicles: 1, signalSnapshot: 2, signalChanges: 3, edges: 4 } as const;

/** Bits of VehicleFrame.flags. */
export const VehicleFlag = {
  braking: 1 << 0,
  indicatingLeft: 1 << 1,
  indicatingRight: 1 << 2,
  crashed: 1 << 3,
  atTyreLimit: 1 << 4,
} as const;

export class ProtocolError extends Error {
  override name = "ProtocolError";
}

interface Header {
  readonly seq: number;
  /** Simulation time, s after midnight. */
  readonly time: number;
}

/** Every vehicle in view, one array a property, all of length `count`. Order has no meaning. */
export interface VehicleFrame extends Header {
  readonly kind: "vehicles";
  readonly count: number;
  readonly id: Uint32Array;
  /** Middle of the front bumper in web mercator, 0 (180° W) … 1 (180° E). */
  readonly x: Float64Array;
  /** Likewise, 0 (north edge of the mercator square) … 1 (south edge). */
  readonly y: Float64Array;
  /** rad, clockwise from north, 0 … 2π. */
  readonly heading: Float32Array;
  /** m/s, in steps of 0.25, at most 63.75. */
  readonly speed: Float32Array;
  /** Index into the classes of hello. */
  readonly vehicleClass: Uint8Array;
  /** Bits of VehicleFlag. */
  readonly flags: Uint8Array;
}

/** The aspect of every signal group. */
export interface SignalSnapshot extends Header {
  readonly kind: "signalSnapshot";
  readonly aspects: Uint8Array;
}

/** The signal groups whose aspect changed. */
export interface SignalChanges extends Header {
  readonly kind: "signalChanges";
  readonly changes: readonly { readonly group: number; readonly aspect: number }[];
}

/** The load of an edge, shown where single vehicles would be too small. */
export interface EdgeLoad {
  readonly edge: number;
  /** Mean speed over speed limit, 0 … 1. */
  readonly relativeSpeed: number;
  readonly vehicles: number;
  readonly standing: number;
}

/** Every edge that has vehicles; edges not listed are empty. */
export interface EdgeFrame extends Header {
  readonly kind: "edges";
  readonly edges: readonly EdgeLoad[];
}

export type BinaryMessage = VehicleFrame | SignalSnapshot | SignalChanges | EdgeFrame;

const HEADER_BYTES = 16;
const TILE_ENTRY_BYTES = 8;
const VEHICLE_BYTES = 12;
const EDGE_BYTES = 8;

/** Decodes one binary message. Throws ProtocolError if it is not one of this version. */
export function decodeBinary(buffer: ArrayBuffer): BinaryMessage {
  if (buffer.byteLength < HEADER_BYTES) {
    throw new ProtocolError(`message of ${buffer.byteLength} bytes, want at least ${HEADER_BYTES}`);
  }
  const view = new DataView(buffer);
  const version = view.getUint8(0);
  if (version !== PROTOCOL_VERSION) {
    throw new ProtocolError(`protocol version ${version}, want ${PROTOCOL_VERSION}`);
  }
  const header = { seq: view.getUint32(4, true), time: view.getFloat64(8, true) };
  const type = view.getUint8(1);
  switch (type) {
    case MessageType.vehicles:
      return decodeVehicles(view, header, view.getUint16(2, true));
    case MessageType.signalSnapshot:
      return decodeSignalSnapshot(view, header);
    case MessageType.signalChanges:
      return decodeSignalChanges(view, header);
    case MessageType.edges:
      return decodeEdges(view, header);
    default:
      throw new ProtocolError(`message type ${type} is unknown`);
  }
}

function decodeVehicles(view: DataView, header: Header, tiles: number): VehicleFrame {
  const count = countVehicles(view, tiles);
  const frame: VehicleFrame = {
    kind: "vehicles",
    ...header,
    count,
    id: new Uint32Array(count),
    x: new Float64Array(count),
    y: new Float64Array(count),
    heading: new Float32Array(count),
    speed: new Float32Array(count),
    vehicleClass: new Uint8Array(count),
    flags: new Uint8Array(count),
  };
  let at = HEADER_BYTES + tiles * TILE_ENTRY_BYTES;
  let slot = 0;
  for (let tile = 0; tile < tiles; tile++) {
    const entry = HEADER_BYTES + tile * TILE_ENTRY_BYTES;
    const tileX = view.getUint16(entry, true);
    const tileY = view.getUint16(entry + 2, true);
    for (let left = view.getUint32(entry + 4, true); left > 0; left--) {
      readVehicle(view, at, tileX, tileY, frame, slot++);
      at += VEHICLE_BYTES;
    }
  }
  return frame;
}

/** Returns the number of vehicle records, having checked that exactly so many follow the tile list. */
function countVehicles(view: DataView, tiles: number): number {
  const start = HEADER_BYTES + tiles * TILE_ENTRY_BYTES;
  requireLength(view, start, "tile list", false);
  let count = 0;
  for (let tile = 0; tile < tiles; tile++) {
    count += view.getUint32(HEADER_BYTES + tile * TILE_ENTRY_BYTES + 4, true);
  }
  requireLength(view, start + count * VEHICLE_BYTES, `frame of ${count} vehicles`);
  return count;
}

function readVehicle(view: DataView, at: number, tileX: number, tileY: number, frame: VehicleFrame, slot: number) {
  const tileSpan = 2 ** VEHICLE_TILE_ZOOM;
  frame.id[slot] = view.getUint32(at, true);
  frame.x[slot] = (tileX + (view.getUint16(at + 4, true) + 0.5) / 65536) / tileSpan;
  frame.y[slot] = (tileY + (view.getUint16(at + 6, true) + 0.5) / 65536) / tileSpan;
  frame.heading[slot] = (view.getUint16(at + 8, true) / 65536) * 2 * Math.PI;
  frame.speed[slot] = view.getUint8(at + 10) * 0.25;
  const packed = view.getUint8(at + 11);
  frame.vehicleClass[slot] = packed & 0b111;
  frame.flags[slot] = packed >> 3;
}

function decodeSignalSnapshot(view: DataView, header: Header): SignalSnapshot {
  const n = readCount(view);
  requireLength(view, HEADER_BYTES + 4 + n, `snapshot of ${n} groups`);
  return { kind: "signalSnapshot", ...header, aspects: new Uint8Array(view.buffer.slice(HEADER_BYTES + 4)) };
}

function decodeSignalChanges(view: DataView, header: Header): SignalChanges {
  const n = readCount(view);
  requireLength(view, HEADER_BYTES + 4 + n * 4, `list of ${n} signal changes`);
  const changes = Array.from({ length: n }, (_, i) => {
    const packed = view.getUint32(HEADER_BYTES + 4 + i * 4, true);
    return { group: packed & 0xffffff, aspect: packed >>> 24 };
  });
  return { kind: "signalChanges", ...header, changes };
}

function decodeEdges(view: DataView, header: Header): EdgeFrame {
  const n = readCount(view);
  requireLength(view, HEADER_BYTES + 4 + n * EDGE_BYTES, `list of ${n} edges`);
  const edges = Array.from({ length: n }, (_, i) => {
    const at = HEADER_BYTES + 4 + i * EDGE_BYTES;
    return {
      edge: view.getUint32(at, true),
      relativeSpeed: view.getUint8(at + 4) / 255,
      vehicles: view.getUint8(at + 5),
      standing: view.getUint8(at + 6),
    };
  });
  return { kind: "edges", ...header, edges };
}

function readCount(view: DataView): number {
  requireLength(view, HEADER_BYTES + 4, "count", false);
  return view.getUint32(HEADER_BYTES, true);
}

function requireLength(view: DataView, bytes: number, what: string, exact = true) {
  if (view.byteLength < bytes || (exact && view.byteLength !== bytes)) {
    throw new ProtocolError(`${what} needs ${bytes} bytes, the message has ${view.byteLength}`);
  }
}

// Vector tiles (MVT 2.1) of the town: a few layers, not clipped, the same encoding as the server's.

import { PbfWriter } from "pbf";
import { toLngLat } from "./town.mjs";

const EXTENT = 4096;
const SOURCES = { limit_source: "tagged", lanes_source: "derived", surface_source: "default", width_source: "default" };

function toTile(point, { z, x, y }) {
  const [lng, lat] = toLngLat(point);
  const sin = Math.sin((lat * Math.PI) / 180);
  const world = [(lng + 180) / 360, 0.5 - Math.log((1 + sin) / (1 - sin)) / (4 * Math.PI)];
  return [Math.round((world[0] * 2 ** z - x) * EXTENT), Math.round((world[1] * 2 ** z - y) * EXTENT)];
}

const zigzag = (n) => (n << 1) ^ (n >> 31);

function geometry(points, polygon) {
  const commands = [];
  let [px, py] = [0, 0];
  const move = ([x, y]) => {
    commands.push(zigzag(x - px), zigzag(y - py));
    [px, py] = [x, y];
  };
  commands.push((1 & 7) | (1 << 3));
  move(points[0]);
  commands.push((2 & 7) | ((points.length - 1) << 3));
  for (const point of points.slice(1)) move(point);
  if (polygon) commands.push((7 & 7) | (1 << 3));
  return commands;
}

/** Rings must be clockwise in tile coordinates, where y points down. */
function clockwise(ring) {
  const area = ring.reduce((sum, [x, y], i) => {
    const [u, v] = ring[(i + 1) % ring.length];
    return sum + x * v - u * y;
  }, 0);
  return area > 0 ? ring : ring.toReversed();
}

function writeLayer(name, features, pbf) {
  const [keys, values] = [[], []];
  const indexIn = (list, value) => (list.includes(value) ? list.indexOf(value) : list.push(value) - 1);
  pbf.writeStringField(1, name);
  for (const feature of features) {
    const tags = Object.entries(feature.properties).flatMap(([key, value]) => [
      indexIn(keys, key),
      indexIn(values, value),
    ]);
    pbf.writeMessage(
      2,
      (_, out) => {
        if (feature.id !== undefined) out.writeVarintField(1, feature.id);
        out.writePackedVarint(2, tags);
        out.writeVarintField(3, feature.polygon ? 3 : 2);
        out.writePackedVarint(4, geometry(feature.points, feature.polygon));
      },
      null,
    );
  }
  for (const key of keys) pbf.writeStringField(3, key);
  for (const value of values) {
    pbf.writeMessage(
      4,
      (_, out) => {
        if (typeof value === "string") out.writeStringField(1, value);
        else out.writeDoubleField(3, value);
      },
      null,
    );
  }
  pbf.writeVarintField(5, EXTENT);
  pbf.writeVarintField(15, 2);
}

/** Returns the tile as bytes. */
export function encodeTile(shapes, tile) {
  const place = (points) => points.map((point) => toTile(point, tile));
  const layers = {
    buildings: shapes.houses.map((ring) => ({
      polygon: true,
      points: clockwise(place(ring)),
      properties: { height: 9 },
    })),
    roads: shapes.streets.map(({ name, line }) => ({ points: place(line), properties: { class: "secondary", name } })),
    edges: shapes.streets.map(({ line }, id) => ({
      id,
      points: place(line),
      properties: { road: "secondary", ...SOURCES },
    })),
    lanes: shapes.lanes.map(({ id, ring }) => ({
      id,
      polygon: true,
      points: clockwise(place(ring)),
      properties: { index: 0 },
    })),
  };
  const pbf = new PbfWriter();
  for (const [name, features] of Object.entries(layers)) {
    pbf.writeMessage(3, (_, out) => writeLayer(name, features, out), null);
  }
  return pbf.finish();
}

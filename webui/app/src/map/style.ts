// The base map: which features of the tiles are drawn, in which order and colour. Layer names of the tiles are those
// of webui/stream/PROTOCOL.md.

import type { DataDrivenPropertyValueSpecification, LayerSpecification, StyleSpecification } from "maplibre-gl";
import type { Info } from "../protocol/messages.ts";
import type { Guessed } from "../state/store.ts";
import { fontFaces, LABEL_FONT, STRONG_LABEL_FONT } from "./labels.ts";
import type { Palette } from "./palette.ts";
import { pixelsPerMetre } from "./scale.ts";

export const BASE_SOURCE = "base";
export const ROUTE_SOURCE = "route";
export const SPILL_SOURCE = "spills";
/** The layers written by hand go below this one, above the names of streets: no name may hide a queue. */
export const LAYER_ABOVE_TRAFFIC = "places";

type Expression = DataDrivenPropertyValueSpecification<number>;

/** Shows where values of streets come from; it is there, though not seen, at other times too: clicks find streets by it. */
export const GUESS_LAYER = "guesses";

/** Show what lies on the roads; they are there, though not seen, at other times too. */
export const CONDITION_LAYERS = ["road-conditions", "spills"] as const;

/** Shows a measure of the traffic; it is there, though not seen, at other times too. */
export const MEASURE_LAYER = "measure";

/** Where single lanes take over from roads drawn as lines. */
const LANES_FROM = 15;

const MAJOR = ["motorway", "trunk", "primary"];
const MIDDLE = ["secondary", "tertiary"];
const MINOR = ["unclassified", "residential", "living_street"];

export function buildStyle(info: Info, palette: Palette): StyleSpecification {
  return {
    version: 8,
    name: "Roadtwin",
    "font-faces": fontFaces(),
    sources: {
      [BASE_SOURCE]: {
        type: "vector",
        tiles: [new URL(info.tiles.url, document.baseURI).href.replaceAll("%7B", "{").replaceAll("%7D", "}")],
        minzoom: info.tiles.minzoom,
        maxzoom: info.tiles.maxzoom,
      },
      [ROUTE_SOURCE]: { type: "geojson", data: { type: "FeatureCollection", features: [] } },
      [SPILL_SOURCE]: { type: "geojson", data: { type: "FeatureCollection", features: [] } },
    },
    layers: buildLayers(palette, info),
  };
}

/** Returns the layers from the bottom up. */
export function buildLayers(palette: Palette, info: Info): LayerSpecification[] {
  const lat = info.center[1]; // where a metre has the size that widths are computed for
  return [
    ...ground(palette),
    ...roads(palette, lat),
    ...street(palette, lat),
    ...conditions(palette, info),
    ...traffic(palette, lat, info.driving_side === "left" ? -1 : 1),
    ...labels(palette),
  ];
}

const from = (layer: string) => ({ source: BASE_SOURCE, "source-layer": layer });

function ground(palette: Palette): LayerSpecification[] {
  const landuse = Object.entries(palette.landuse).flat();
  return [
    { id: "land", type: "background", paint: { "background-color": palette.land } },
    {
      id: "landuse",
      type: "fill",
      ...from("landuse"),
      paint: { "fill-color": ["match", ["get", "class"], ...landuse, palette.land] as never, "fill-antialias": false },
    },
    { id: "water", type: "fill", ...from("water"), paint: { "fill-color": palette.water } },
    {
      id: "waterway",
      type: "line",
      ...from("waterway"),
      layout: { "line-cap": "round", "line-join": "round" },
      paint: {
        "line-color": palette.water,
        "line-width": byZoom(
          [10, ["match", ["get", "class"], "stream", 0.5, 1]],
          [16, ["match", ["get", "class"], "stream", 2.5, 6]],
        ),
      },
    },
    {
      id: "buildings",
      type: "fill",
      ...from("buildings"),
      minzoom: 13,
      paint: {
        "fill-color": palette.building,
        "fill-outline-color": palette.buildingOutline,
        "fill-opacity": byZoom([13, 0], [14, 0.8], [16, 1]),
      },
    },
  ];
}

function roads(palette: Palette, lat: number): LayerSpecification[] {
  const tunnel = ["case", ["to-boolean", ["get", "tunnel"]], 0.45, 1] as unknown as Expression;
  const isRoad = ["match", ["get", "class"], [...MAJOR, ...MIDDLE, ...MINOR, "service"], true, false] as never;
  const layout = { "line-cap": "round", "line-join": "round" } as const;
  return [
    {
      id: "paths",
      type: "line",
      ...from("roads"),
      minzoom: 15,
      filter: ["match", ["get", "class"], ["path", "track", "pedestrian"], true, false],
      layout,
      paint: { "line-color": palette.path, "line-width": byZoom([15, 0.8], [18, 3]), "line-dasharray": [2, 1.6] },
    },
    {
      id: "rails",
      type: "line",
      ...from("roads"),
      minzoom: 13,
      filter: ["==", ["get", "class"], "rail"],
      paint: { "line-color": palette.rail, "line-width": byZoom([13, 0.8], [18, 3]) },
    },
    {
      id: "road-casing",
      type: "line",
      ...from("roads"),
      minzoom: 12,
      filter: isRoad,
      layout,
      paint: {
        "line-color": palette.roadCasing,
        "line-width": roadWidth(lat, 1.6),
        "line-opacity": byZoom([12, 0], [13, 0.9], [16, 0.9], [16.6, 0]),
      },
    },
    {
      id: "roads",
      type: "line",
      ...from("roads"),
      filter: isRoad,
      layout,
      paint: {
        "line-color": ["match", ["get", "class"], MAJOR, palette.majorRoad, palette.road],
        "line-width": roadWidth(lat, 0),
        "line-opacity": tunnel,
      },
    },
  ];
}

/** Lanes, junctions and markings, where they are large enough to be seen. */
function street(palette: Palette, lat: number): LayerSpecification[] {
  const appear = byZoom([LANES_FROM, 0], [LANES_FROM + 0.5, 1]);
  const sort = { "fill-sort-key": ["coalesce", ["get", "layer"], 0] } as never;
  const marking = (kind: string, metres: number, more: object = {}): LayerSpecification => ({
    id: `marking-${kind}`,
    type: "line",
    ...from("markings"),
    minzoom: 16,
    filter: ["==", ["get", "kind"], kind],
    paint: {
      "line-color": kind === "kerb" ? palette.kerb : palette.marking,
      "line-width": metresWide(lat, metres, kind === "arrow" ? 0.9 : 0.6),
      "line-opacity": kind === "kerb" ? byZoom([16, 0], [16.5, 1]) : byZoom([16.4, 0], [17.2, 1]),
      ...more,
    },
  });
  return [
    {
      id: "junctions",
      type: "fill",
      ...from("junctions"),
      minzoom: 16,
      layout: sort,
      paint: { "fill-color": palette.lane, "fill-opacity": byZoom([16.4, 0], [17.2, 1]), "fill-antialias": false },
    },
    {
      id: "lanes",
      type: "fill",
      ...from("lanes"),
      minzoom: LANES_FROM,
      layout: sort,
      paint: { "fill-color": palette.lane, "fill-opacity": appear, "fill-antialias": false },
    },
    marking("kerb", 0.18),
    marking("divider", 0.13, { "line-dasharray": [12, 18] }),
    marking("centre", 0.16),
    marking("arrow", 0.15),
    marking("stop", 0.4),
  ];
}

/** What the simulation adds to the map: the load of edges from afar, the way of the selected vehicle. */
function traffic(palette: Palette, lat: number, side: 1 | -1): LayerSpecification[] {
  const loaded = ["coalesce", ["feature-state", "vehicles"], 0] as const;
  const relative = ["coalesce", ["feature-state", "speed"], 1] as const;
  const measureRamp = palette.load.flatMap((colour, i) => [i * 0.25, colour]);
  const ramp = palette.load.flatMap((colour, i) => [i * 0.225, colour]); // 0 to 0.9 of the speed limit
  return [
    {
      id: "edge-load",
      type: "line",
      ...from("edges"),
      maxzoom: 13,
      layout: { "line-cap": "round", "line-join": "round" },
      paint: {
        "line-color": ["interpolate", ["linear"], relative, ...ramp] as never,
        "line-opacity": ["case", [">", loaded, 0], 0.95, 0] as never,
        "line-width": byZoom([10, 1.2], [13, 3.2]),
        "line-offset": byZoom([10, 0.6 * side], [13, 1.8 * side]),
      },
    },
    {
      id: MEASURE_LAYER,
      type: "line",
      ...from("edges"),
      layout: { "line-cap": "round", "line-join": "round" },
      paint: {
        "line-color": [
          "interpolate",
          ["linear"],
          ["coalesce", ["feature-state", "measure"], 0],
          ...measureRamp,
        ] as never,
        "line-opacity": 0,
        "line-width": byZoom([10, 1.6], [13, 3.4], [16, 8], [18, 15]),
        "line-offset": byZoom([10, 0.6 * side], [13, 1.8 * side], [15, 1.8 * side], [15.5, 0]),
      },
    },
    {
      id: GUESS_LAYER,
      type: "line",
      ...from("edges"),
      layout: { "line-cap": "round", "line-join": "round" },
      paint: {
        ...guessPaint(palette, null),
        "line-width": byZoom([10, 1.5], [13, 3], [16, 6], [18, 12]),
        "line-offset": byZoom([10, 0.6 * side], [13, 1.8 * side], [15, 1.8 * side], [15.5, 0]),
      },
    },
    {
      id: "route-casing",
      type: "line",
      source: ROUTE_SOURCE,
      layout: { "line-cap": "round", "line-join": "round" },
      paint: { "line-color": palette.labelHalo, "line-width": metresWide(lat, 2.3, 6), "line-opacity": 0.5 },
    },
    {
      id: "route",
      type: "line",
      source: ROUTE_SOURCE,
      layout: { "line-cap": "round", "line-join": "round" },
      paint: { "line-color": palette.selection, "line-width": metresWide(lat, 1.5, 3.5), "line-opacity": 0.6 },
    },
  ];
}

/** What lies on the roads: by edge the slipperiest of its lanes, and the spills. */
function conditions(palette: Palette, info: Info): LayerSpecification[] {
  const side = info.driving_side === "left" ? -1 : 1;
  const names = info.conditions ?? [];
  const colours = names.flatMap((name, i) => [i, palette.conditions[name] ?? palette.selection]);
  const dry = palette.conditions.dry ?? palette.marking;
  const state = ["coalesce", ["feature-state", "condition"], 0];
  const spilt = names.flatMap((name) => [name, palette.conditions[name] ?? palette.selection]);
  const layout = { "line-cap": "round", "line-join": "round" } as const;
  return [
    {
      id: "road-conditions",
      type: "line",
      ...from("edges"),
      layout,
      paint: {
        "line-color": (colours.length > 0 ? ["match", state, ...colours, dry] : dry) as never,
        "line-opacity": conditionOpacity("road-conditions", false) as never,
        "line-width": byZoom([10, 1.2], [13, 3], [16, 7], [18, 14]),
        "line-offset": byZoom([10, 0.6 * side], [13, 1.8 * side], [15, 1.8 * side], [15.5, 0]),
      },
    },
    {
      id: "spills",
      type: "line",
      source: SPILL_SOURCE,
      layout,
      paint: {
        "line-color": (spilt.length > 0
          ? ["match", ["get", "condition"], ...spilt, palette.selection]
          : palette.selection) as never,
        "line-opacity": conditionOpacity("spills", false) as never,
        "line-width": metresWide(info.center[1], 2.6, 4),
      },
    },
  ];
}

/** How much is seen of a layer of the conditions: of dry roads little, so that the others stand out. */
export function conditionOpacity(layer: (typeof CONDITION_LAYERS)[number], shown: boolean): number | unknown[] {
  if (!shown) return 0;
  return layer === "spills" ? 0.95 : ["case", ["==", ["coalesce", ["feature-state", "condition"], 0], 0], 0.3, 0.8];
}

/** How much is seen of the layer of a measure: nothing of streets without one. */
export function measureOpacity(shown: boolean): number | unknown[] {
  return shown ? ["case", [">=", ["coalesce", ["feature-state", "measure"], -1], 0], 0.85, 0] : 0;
}

/** How the layer of guesses shows one value; with none it shows the selected street only. */
export function guessPaint(palette: Palette, value: Guessed | null) {
  const { tagged, derived } = palette.provenance;
  const selected = ["boolean", ["feature-state", "selected"], false];
  const colour = [
    "match",
    ["get", `${value}_source`],
    "tagged",
    tagged,
    "derived",
    derived,
    palette.provenance.default,
  ];
  return {
    "line-color": ["case", selected, palette.selection, value ? colour : palette.selection] as never,
    "line-opacity": ["case", selected, 0.75, value ? 0.7 : 0] as never,
  };
}

function labels(palette: Palette): LayerSpecification[] {
  const halo = { "text-halo-color": palette.labelHalo, "text-halo-width": 1.6, "text-halo-blur": 0.4 };
  const name = ["coalesce", ["get", "name"], ["get", "ref"], ""] as never;
  const roadNames = (id: string, classes: string[], minzoom: number): LayerSpecification => ({
    id,
    type: "symbol",
    ...from("roads"),
    minzoom,
    filter: ["match", ["get", "class"], classes, true, false] as never,
    layout: {
      "symbol-placement": "line",
      "symbol-spacing": 380,
      "text-field": name,
      "text-font": LABEL_FONT,
      "text-size": byZoom([13, 10.5], [17, 14]) as never,
      "text-letter-spacing": 0.02,
      "text-max-angle": 32,
      "text-padding": 6,
    },
    paint: { "text-color": palette.label, ...halo },
  });
  return [
    roadNames("road-names", MAJOR, 12.5),
    roadNames("road-names-middle", MIDDLE, 14),
    roadNames("road-names-minor", [...MINOR, "service", "pedestrian"], 15.5),
    {
      id: "water-names",
      type: "symbol",
      ...from("waterway"),
      minzoom: 12,
      layout: {
        "symbol-placement": "line",
        "symbol-spacing": 500,
        "text-field": ["coalesce", ["get", "name"], ""],
        "text-font": LABEL_FONT,
        "text-size": 12,
        "text-letter-spacing": 0.06,
      },
      paint: { "text-color": palette.waterLabel, ...halo },
    },
    {
      id: "places",
      type: "symbol",
      ...from("places"),
      maxzoom: 15.4,
      layout: {
        "text-field": ["get", "name"],
        "text-font": STRONG_LABEL_FONT,
        "text-size": byZoom(
          [10, ["match", ["get", "class"], ["city", "town"], 15, 11]],
          [15, ["match", ["get", "class"], ["city", "town"], 22, 14]],
        ) as never,
        "text-letter-spacing": 0.04,
        "text-max-width": 8,
        "text-padding": 10,
        "symbol-sort-key": ["coalesce", ["get", "rank"], 9],
      },
      paint: { "text-color": palette.label, ...halo },
    },
  ];
}

/** Interpolates linearly between zooms. */
function byZoom(...stops: [number, unknown][]): Expression {
  return ["interpolate", ["linear"], ["zoom"], ...stops.flat()] as unknown as Expression;
}

/** A width of `metres` on the ground, but not below `least` pixels. */
function metresWide(lat: number, metres: number, least: number): Expression {
  const stops = [10, 12, 14, 15, 16, 17, 18, 19, 20, 22].flatMap((zoom) => [
    zoom,
    Math.max(least, metres * pixelsPerMetre(zoom, lat)),
  ]);
  return ["interpolate", ["exponential", 2], ["zoom"], ...stops] as unknown as Expression;
}

/**
 * The width of roads drawn as lines: by importance from afar, about as wide as they are before lanes take over, and then
 * narrow enough to lie below the lanes. `extra` is added, for the casing.
 */
function roadWidth(lat: number, extra: number): Expression {
  const width = (...pixels: [major: number, middle: number, minor: number, service: number]) => {
    const [major, middle, minor, service] = pixels.map((each) => each + extra);
    return ["match", ["get", "class"], MAJOR, major, MIDDLE, middle, MINOR, minor, service];
  };
  const metres = (zoom: number, ...widths: [number, number, number, number]) =>
    width(...(widths.map((each) => each * pixelsPerMetre(zoom, lat)) as typeof widths));
  const stops = [
    [10, width(1.6, 1.0, 0.6, 0.3)],
    [13, width(3.4, 2.4, 1.3, 0.6)],
    [16, metres(16, 9, 7.5, 5.5, 3.2)],
    [17, metres(17, 3.4, 3.2, 3, 2.6)],
    [21, metres(21, 3.4, 3.2, 3, 2.6)],
  ];
  return ["interpolate", ["exponential", 1.9], ["zoom"], ...stops.flat()] as unknown as Expression;
}

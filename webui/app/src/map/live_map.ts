// The map: the base map, the layers of the traffic on it, and what the mouse does there.

import {
  AttributionControl,
  type GeoJSONSource,
  type LngLatBoundsLike,
  Map as MapLibreMap,
  type MapMouseEvent,
  NavigationControl,
  ScaleControl,
  setWorkerUrl,
} from "maplibre-gl";
import workerUrl from "maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url";
import "maplibre-gl/dist/maplibre-gl.css";
import type { BinaryMessage } from "../protocol/frame.ts";
import type { Info, LayerValues, RoadConditions, Route } from "../protocol/messages.ts";
import type { Guessed } from "../state/store.ts";
import type { Theme } from "../state/theme.ts";
import { Fleet } from "../traffic/fleet.ts";
import { SignalState } from "../traffic/signal_state.ts";
import { EdgeLoads } from "./edge_loads.ts";
import { MeasureLayer, type ShownLayer } from "./measure_layer.ts";
import { LocalFrame, mercatorX, mercatorY } from "./mercator.ts";
import { DARK, LIGHT } from "./palette.ts";
import { ConditionLayer } from "./road_conditions.ts";
import { pixelsPerMetre } from "./scale.ts";
import { type SignalHead, SignalLayer } from "./signal_layer.ts";
import {
  BASE_SOURCE,
  buildLayers,
  buildStyle,
  CONDITION_LAYERS,
  conditionOpacity,
  GUESS_LAYER,
  guessPaint,
  LAYER_ABOVE_TRAFFIC,
  MEASURE_LAYER,
  measureOpacity,
  ROUTE_SOURCE,
} from "./style.ts";
import { type ColourBy, VehicleLayer } from "./vehicle_layer.ts";

/** How near to a vehicle a click must be, pixels. */
const CLICK_REACH = 12;

/** How near to a street a click must be, pixels. */
const STREET_REACH = 5;

/** The zoom at which single vehicles and signals are seen well. */
const CLOSE_ZOOM = 17;

/** From this zoom the areas of junctions can be seen. */
const JUNCTIONS_FROM = 16.5;

export interface MapListener {
  viewChanged(zoom: number, bbox: readonly [number, number, number, number]): void;
  /** A vehicle was clicked, or the bare map. */
  vehicleClicked(vehicle: number | null): void;
  /** A street was chosen, by a click or, in the middle of the map, by the enter key; or none is there. */
  streetChosen(edge: number | null): void;
  /** A junction was chosen likewise. */
  junctionChosen(junction: number): void;
  /** Somebody moved the map by hand. */
  dragged(): void;
}

const paletteOf = (theme: Theme) => (theme === "dark" ? DARK : LIGHT);

export class LiveMap {
  readonly map: MapLibreMap;
  readonly fleet: Fleet;
  readonly signals = new SignalState();
  readonly vehicleLayer: VehicleLayer;
  private readonly signalLayer: SignalLayer;
  private readonly edgeLoads: EdgeLoads;
  private readonly info: Info;
  private readonly listener: MapListener;
  private followed: number | null = null;
  private route: Route | null = null;
  private guesses: Guessed | null = null;
  private street: number | null = null;
  private readonly conditionLayer: ConditionLayer;
  private conditions: RoadConditions | null = null;
  private conditionsShown = false;
  private readonly measureLayer: MeasureLayer;
  private measure: ShownLayer | null = null;
  private measured: LayerValues["values"] | null = null;
  private theme: Theme;
  private ready = false; // the style has been loaded

  constructor(container: HTMLElement, info: Info, theme: Theme, listener: MapListener) {
    setWorkerUrl(workerUrl);
    this.info = info;
    this.listener = listener;
    this.theme = theme;
    const frame = new LocalFrame(...info.center);
    this.fleet = new Fleet(frame, info.classes);
    this.vehicleLayer = new VehicleLayer(this.fleet, paletteOf(theme));
    this.signalLayer = new SignalLayer(this.signals, frame, paletteOf(theme));
    this.map = new MapLibreMap({
      container,
      style: buildStyle(info, paletteOf(theme)),
      ...startView(info),
      hash: "at",
      minZoom: info.tiles.minzoom,
      maxZoom: 21,
      maxPitch: 0,
      pitchWithRotate: false,
      attributionControl: false,
      fadeDuration: 150,
    });
    this.edgeLoads = new EdgeLoads(this.map);
    this.conditionLayer = new ConditionLayer(this.map);
    this.measureLayer = new MeasureLayer(this.map);
    this.addControls();
    this.listen();
  }

  private addControls() {
    const attribution = new AttributionControl({ compact: false, customAttribution: this.info.attribution });
    // In a corner at the bottom, what is added later stands above.
    this.map.addControl(attribution, "bottom-right");
    this.map.addControl(new ScaleControl({ maxWidth: 90 }), "bottom-right");
    this.map.addControl(new NavigationControl({ visualizePitch: false }), "bottom-right");
  }

  /** Adds what is not part of the style: when it has been loaded, and again after the loss of the WebGL context. */
  private styleLoaded() {
    this.ready = true;
    this.setTheme(this.theme);
    this.setRoute(this.route);
    this.selectStreet(this.street);
    this.conditionLayer.forget();
    this.setConditions(this.conditions);
    this.measureLayer.forget();
    this.showMeasure(this.measure, this.measured);
    this.map.addLayer(this.signalLayer, LAYER_ABOVE_TRAFFIC);
    this.map.addLayer(this.vehicleLayer, LAYER_ABOVE_TRAFFIC);
    this.viewChanged();
  }

  private listen() {
    this.map.on("style.load", () => this.styleLoaded());
    this.map.on("webglcontextlost", () => {
      this.ready = false;
    });
    this.map.on("move", () => this.viewChanged());
    this.map.on("resize", () => this.viewChanged());
    this.map.on("click", (event) => {
      const vehicle = this.vehicleAt(event) ?? null;
      this.listener.vehicleClicked(vehicle);
      if (vehicle === null) this.choose(event.point);
      else this.listener.streetChosen(null);
    });
    this.map.getCanvas().addEventListener("keydown", (event) => {
      if (event.key !== "Enter") return;
      this.choose(this.map.project(this.map.getCenter()));
    });
    this.map.on("mousemove", (event) => {
      this.map.getCanvas().style.cursor = this.vehicleAt(event) === undefined ? "" : "pointer";
    });
    this.map.on("dragstart", () => this.listener.dragged());
    this.map.on("render", () => this.keepFollowing());
  }

  private viewChanged() {
    const bounds = this.map.getBounds();
    const bbox = [bounds.getWest(), bounds.getSouth(), bounds.getEast(), bounds.getNorth()] as const;
    this.listener.viewChanged(this.map.getZoom(), bbox);
  }

  private vehicleAt({ lngLat }: MapMouseEvent): number | undefined {
    const { frame } = this.fleet;
    const reach = CLICK_REACH / pixelsPerMetre(this.map.getZoom(), lngLat.lat);
    const [east, south] = [frame.east(mercatorX(lngLat.lng)), frame.south(mercatorY(lngLat.lat))];
    return this.fleet.pick(east, south, reach, performance.now())?.id;
  }

  /** Chooses what is drawn at a point: a junction where its area can be seen, else a street, or nothing. */
  private choose(point: { x: number; y: number }) {
    const junction = this.junctionAt(point);
    if (junction === null) this.listener.streetChosen(this.streetAt(point));
    else this.listener.junctionChosen(junction);
  }

  private junctionAt({ x, y }: { x: number; y: number }): number | null {
    if (!this.ready || this.map.getZoom() < JUNCTIONS_FROM) return null;
    const [found] = this.map.queryRenderedFeatures([x, y], { layers: ["junctions"] });
    return typeof found?.id === "number" && found.properties.kind !== "plain" ? found.id : null;
  }

  /** Shows a box, west, south, east, north. */
  fit([west, south, east, north]: readonly [number, number, number, number]) {
    const still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.map.fitBounds(
      [
        [west, south],
        [east, north],
      ],
      { padding: 60, maxZoom: CLOSE_ZOOM, animate: !still },
    );
  }

  /** Returns the edge that is drawn nearest to the top within a few pixels. */
  private streetAt({ x, y }: { x: number; y: number }): number | null {
    if (!this.ready) return null;
    const box: [[number, number], [number, number]] = [
      [x - STREET_REACH, y - STREET_REACH],
      [x + STREET_REACH, y + STREET_REACH],
    ];
    const [exact] = this.map.queryRenderedFeatures([x, y], { layers: [GUESS_LAYER] });
    const [near] = exact ? [exact] : this.map.queryRenderedFeatures(box, { layers: [GUESS_LAYER] });
    return typeof near?.id === "number" ? near.id : null;
  }

  /** Marks a street. */
  selectStreet(edge: number | null) {
    const feature = (id: number) => ({ source: BASE_SOURCE, sourceLayer: "edges", id });
    if (this.ready && this.street !== null) this.map.setFeatureState(feature(this.street), { selected: false });
    this.street = edge;
    if (this.ready && edge !== null) this.map.setFeatureState(feature(edge), { selected: true });
  }

  /** Shows where one value of all streets comes from, or none. */
  setGuesses(value: Guessed | null) {
    this.guesses = value;
    if (this.ready) this.paintGuesses();
  }

  private paintGuesses() {
    for (const [name, paint] of Object.entries(guessPaint(paletteOf(this.theme), this.guesses))) {
      this.map.setPaintProperty(GUESS_LAYER, name as never, paint as never);
    }
  }

  /** Shows or hides what lies on the roads. */
  showConditions(shown: boolean) {
    this.conditionsShown = shown;
    if (this.ready) this.paintConditions();
  }

  /** Takes over what lies on the roads. */
  setConditions(conditions: RoadConditions | null) {
    this.conditions = conditions;
    if (this.ready && conditions) this.conditionLayer.update(conditions);
  }

  private paintConditions() {
    for (const layer of CONDITION_LAYERS) {
      this.map.setPaintProperty(layer, "line-opacity", conditionOpacity(layer, this.conditionsShown) as never);
    }
  }

  /** Shows a measure of the traffic on all streets, or none. */
  showMeasure(layer: ShownLayer | null, values: LayerValues["values"] | null) {
    this.measure = layer;
    this.measured = values;
    if (!this.ready) return;
    this.measureLayer.update(layer, values);
    this.paintMeasure();
  }

  private paintMeasure() {
    this.map.setPaintProperty(MEASURE_LAYER, "line-opacity", measureOpacity(this.measure !== null) as never);
  }

  /** Takes over a message of the stream. */
  apply(message: BinaryMessage) {
    switch (message.kind) {
      case "vehicles":
        this.fleet.update(message, performance.now());
        this.keepFollowing(); // before it is drawn: running fast, a vehicle leaps from picture to picture
        break;
      case "edges":
        this.fleet.clear();
        if (this.ready) this.edgeLoads.update(message);
        break;
      default:
        this.signals.apply(message);
    }
    this.map.triggerRepaint();
  }

  setSignalHeads(heads: readonly SignalHead[]) {
    this.signalLayer.setHeads(heads);
  }

  setTheme(theme: Theme) {
    const palette = paletteOf(theme);
    this.theme = theme;
    this.vehicleLayer.palette = palette;
    this.signalLayer.palette = palette;
    if (!this.ready) return;
    for (const layer of buildLayers(palette, this.info)) {
      for (const [name, value] of Object.entries(layer.paint ?? {})) {
        this.map.setPaintProperty(layer.id, name as never, value as never);
      }
    }
    this.paintGuesses();
    this.paintConditions();
    this.paintMeasure();
  }

  setColourBy(colourBy: ColourBy) {
    this.vehicleLayer.colourBy = colourBy;
    this.map.triggerRepaint();
  }

  select(vehicle: number | null) {
    this.fleet.select(vehicle);
    if (vehicle === null) this.setRoute(null);
    this.map.triggerRepaint();
  }

  setRoute(route: Route | null) {
    this.route = route;
    if (!this.ready) return;
    const coordinates = route?.coordinates as [number, number][] | undefined;
    this.map.getSource<GeoJSONSource>(ROUTE_SOURCE)?.setData({
      type: "FeatureCollection",
      features: coordinates ? [{ type: "Feature", properties: {}, geometry: { type: "LineString", coordinates } }] : [],
    });
  }

  /**
   * Keeps the map centred on a vehicle from now on, or on none: in the middle of what the panel at the right, which
   * covers `covered` pixels, leaves free.
   */
  follow(vehicle: number | null, covered: number) {
    this.followed = vehicle;
    if (vehicle !== null) {
      this.map.setPadding({ right: covered });
      if (this.map.getZoom() < CLOSE_ZOOM - 1) this.map.setZoom(CLOSE_ZOOM);
    } else if (this.map.getPadding().right) {
      const { clientWidth, clientHeight } = this.map.getContainer();
      const middle = this.map.unproject([clientWidth / 2, clientHeight / 2]);
      this.map.jumpTo({ center: middle, padding: { top: 0, bottom: 0, left: 0, right: 0 } });
    }
    this.map.triggerRepaint();
  }

  private keepFollowing() {
    if (this.followed === null) return;
    const vehicle = this.fleet.find(this.followed, performance.now());
    if (!vehicle) return;
    const [lng, lat] = this.fleet.frame.lngLat(vehicle.east, vehicle.south);
    const at = this.map.project([lng, lat]);
    const middle = this.map.project(this.map.getCenter());
    if (Math.hypot(at.x - middle.x, at.y - middle.y) > 0.25) this.map.setCenter([lng, lat]);
  }

  flyTo(lng: number, lat: number) {
    const still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.map[still ? "jumpTo" : "flyTo"]({ center: [lng, lat], zoom: Math.max(this.map.getZoom(), CLOSE_ZOOM) });
  }
}

/** The map begins over the middle of the network, near enough to see single vehicles where the screen allows. */
function startView(info: Info) {
  const [west, south, east, north] = info.bounds;
  const bounds: LngLatBoundsLike = [
    [west, south],
    [east, north],
  ];
  const wide = (east - west) * 111_000 * Math.cos((info.center[1] * Math.PI) / 180);
  if (wide < 1500) return { bounds, fitBoundsOptions: { padding: 30 } };
  return { center: [...info.center] as [number, number], zoom: 15.6 };
}

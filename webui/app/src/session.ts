// The page at work: it joins connection, store and map. The parts of the page call its methods.

import { computed, effect } from "@preact/signals";
import { formatClock } from "./format.ts";
import { LiveMap } from "./map/live_map.ts";
import { LAYER_LOOKS, type ShownLayer } from "./map/measure_layer.ts";
import type { SignalHead } from "./map/signal_layer.ts";
import type { BinaryMessage } from "./protocol/frame.ts";
import {
  type ControlAction,
  type Course,
  decodeConditions,
  decodeLayers,
  type Found,
  type Info,
  type Kpi,
  type LayerValues,
  type Mark,
  type RoadConditions,
  type Street,
  type TextMessage,
} from "./protocol/messages.ts";
import { Review } from "./review.ts";
import { type Link, readLink, writeLink } from "./state/link.ts";
import { neighbours } from "./state/marks.ts";
import { Store } from "./state/store.ts";
import { currentTheme } from "./state/theme.ts";
import { forgetToken } from "./state/token.ts";
import { Connection } from "./stream/connection.ts";

export class Session {
  readonly store = new Store();
  private readonly connection: Connection;
  private readonly container: HTMLElement;
  private known: Info | undefined;
  private token: string | null;
  private live: LiveMap | undefined;
  private conditions: RoadConditions | undefined;
  private controls = 0;
  readonly review: Review;
  /** Where the address led, until the page has come there. */
  private link: Link | null;
  private minutes = 0;
  private marksVersion = -1;
  private marksTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(container: HTMLElement, token: string | null) {
    this.container = container;
    this.token = token;
    this.store.control.value = token === null ? "none" : "granted";
    const address = new URL("ws", document.baseURI);
    address.protocol = address.protocol === "https:" ? "wss:" : "ws:";
    this.connection = new Connection(address.href, {
      status: (status) => {
        this.store.connection.value = status;
        if (status.kind === "open") this.fetchEarlier();
      },
      text: (message) => this.text(message),
      binary: (message) => this.binary(message),
    });
    this.review = new Review(this.store, this.connection);
    this.link = readLink(window.location.hash);
    this.keepAddress();
  }

  /** Keeps the selection and the time that is looked back at in the address. */
  private keepAddress() {
    let timer: ReturnType<typeof setTimeout> | undefined;
    effect(() => {
      const link = this.present();
      clearTimeout(timer);
      // Browsers bear some hundred changes in half a minute.
      timer = setTimeout(() => {
        if (this.link) return;
        const hash = writeLink(window.location.hash, link);
        if (hash !== window.location.hash) history.replaceState(history.state, "", hash || window.location.pathname);
      }, 300);
    });
  }

  /** What is looked at now. */
  private present(): Link {
    const { selection, street, junction, review } = this.store;
    return {
      ...(junction.value && { junction: junction.value.junction }),
      ...(selection.value && { vehicle: selection.value.vehicle }),
      ...(street.value && { edge: street.value.edge }),
      ...(review.value !== null && { time: review.value }),
    };
  }

  /** Puts a link to this place, time and selection on the clipboard. */
  async copyLink() {
    const address = new URL(window.location.href);
    const time = this.store.clock.peek();
    address.hash = writeLink(address.hash, { ...this.present(), ...(time !== null && { time }) });
    try {
      await navigator.clipboard.writeText(address.href);
      this.store.notice.value = {
        kind: "info",
        text: "The link to this place, time and selection is on the clipboard",
      };
    } catch {
      this.store.notice.value = { kind: "info", text: address.href }; // where pages may not write to it
    }
  }

  /** Goes where the address leads, once it is known what is recorded. */
  private followLink() {
    const [link, tape] = [this.link, this.store.timeline.peek()];
    if (!link || !tape || !this.live) return;
    this.link = null;
    if (link.vehicle !== undefined) this.select(link.vehicle);
    if (link.edge !== undefined) this.selectStreet(link.edge);
    if (link.junction !== undefined) this.selectJunction(link.junction);
    if (link.time === undefined) return;
    if (tape.to !== null && link.time <= tape.to + tape.spacing) this.review.look(link.time);
    else {
      const clock = formatClock(link.time);
      this.store.notice.value = { kind: "info", text: `The link leads to ${clock}, where the run has not come yet` };
    }
  }

  /** Looks at the time of a mark, and at its place. */
  showMark(mark: Mark) {
    this.review.look(mark.time - LEAD[mark.kind]);
    if (mark.crash) this.store.crash.value = mark;
    if (mark.vehicle !== undefined && mark.crash) this.select(mark.vehicle);
    if (mark.lon !== undefined && mark.lat !== undefined) this.flyTo(mark.lon, mark.lat);
  }

  /** Goes to the mark before or after the time that is shown. */
  jump(direction: "before" | "after") {
    const time = this.store.clock.peek();
    if (time === null) return;
    const mark = neighbours(this.store.marks.peek(), time)[direction];
    if (mark) this.review.look(mark.time);
    else this.store.notice.value = { kind: "info", text: `There is no event ${direction} this` };
  }

  /** Goes on by a step: of the recording when looking back, else of the run. */
  step(direction: 1 | -1) {
    const { review, timeline, clock } = this.store;
    const spacing = timeline.peek()?.spacing ?? 1;
    const time = review.peek();
    if (time !== null || direction < 0) {
      this.review.pause();
      const next = (time ?? clock.peek() ?? 0) + direction * spacing;
      this.review.look(direction > 0 && next > (timeline.peek()?.to ?? 0) ? null : next);
    } else this.control({ action: "step" });
  }

  /** Has the run itself go back, or ahead, to a time; what came after a time in the past is forgotten. */
  runTo(time: number) {
    this.control({ action: "goto", value: time });
  }

  /** The map, undefined until the server has said where it is. */
  get map(): LiveMap | undefined {
    return this.live;
  }

  /** What lies on the roads, as the map shows it; undefined until it was asked for. */
  get roads(): RoadConditions | undefined {
    return this.conditions;
  }

  start() {
    this.connection.open();
  }

  reconnect() {
    this.connection.open();
  }

  control(action: ControlAction) {
    if (this.token === null) return;
    const sent = this.connection.send({ type: "control", token: this.token, id: ++this.controls, ...action });
    if (!sent) this.store.notice.value = { kind: "problem", text: "Not connected: nothing was sent" };
  }

  togglePlaying() {
    if (this.store.review.peek() !== null) {
      if (this.store.reviewPlaying.peek()) this.review.pause();
      else this.review.play();
      return;
    }
    const run = this.store.run.value;
    if (run && !run.ended) this.control({ action: run.playing ? "pause" : "play" });
  }

  select(vehicle: number | null) {
    if (vehicle !== null && this.store.junction.peek() !== null) this.selectJunction(null);
    if (vehicle === (this.store.selection.value?.vehicle ?? null)) return;
    this.store.select(vehicle);
    this.live?.select(vehicle);
    this.live?.setRoute(null);
    this.connection.select(vehicle);
  }

  /** Lets go of what is selected, or first of what lies over it. */
  letGo() {
    if (this.store.dialog.value !== null) {
      this.store.dialog.value = null;
      return;
    }
    this.select(null);
    this.selectStreet(null);
    this.selectJunction(null);
    this.store.crash.value = null;
  }

  /** Shows what is known of a street, an edge of the network, where it comes from, and what goes on there. */
  async selectStreet(edge: number | null) {
    const { store } = this;
    if (edge === null && store.street.peek() === null) return;
    store.street.value = edge === null ? null : { edge };
    store.edgeNow.value = store.course.value = null;
    this.live?.selectStreet(edge);
    if (edge === null) {
      if (store.junction.peek() === null) this.connection.inspect({});
      return;
    }
    this.leaveJunction();
    this.connection.inspect({ edge });
    this.fetchCourse(edge);
    const street = await this.fetch<Street>(`api/network/edges/${edge}`);
    if (street && store.street.value?.edge === edge) store.street.value = { edge, street };
  }

  private async fetchCourse(edge: number) {
    const course = await this.fetch<Course>(`api/network/edges/${edge}/course`);
    if (course && this.store.street.peek()?.edge === edge) this.store.course.value = course;
  }

  /** Shows what goes on at a junction. */
  selectJunction(junction: number | null) {
    const { store } = this;
    if (junction === null) {
      if (store.junction.peek() !== null) this.connection.inspect({});
      this.leaveJunction();
      return;
    }
    this.select(null);
    this.selectStreet(null);
    store.junction.value = { junction };
    this.connection.inspect({ junction });
  }

  private leaveJunction() {
    this.store.junction.value = null;
  }

  /** Shows a street or a junction that was searched for. */
  show(found: Found) {
    this.live?.fit(found.bounds);
    if (found.kind === "junction") this.selectJunction(found.id);
    else {
      this.select(null);
      this.selectStreet(found.id);
    }
  }

  async search(query: string): Promise<readonly Found[]> {
    if (query.trim() === "") return [];
    const answer = await this.fetch<{ found: readonly Found[] }>(`api/search?q=${encodeURIComponent(query.trim())}`);
    return answer?.found ?? [];
  }

  /** Shows or hides where the values of streets come from. */
  toggleGuesses() {
    this.store.guesses.value = this.store.guesses.value === null ? "limit" : null;
  }

  /** Shows or hides what lies on the roads. */
  toggleRoads() {
    this.store.roads.value = !this.store.roads.value;
  }

  /** Colours the streets by the next measure, after the last by none. */
  nextLayer() {
    const layers = [null, ...(Object.keys(LAYER_LOOKS) as ShownLayer[])];
    const next = layers[(layers.indexOf(this.store.layer.value) + 1) % layers.length] ?? null;
    this.store.layer.value = next;
  }

  flyTo(lng: number, lat: number) {
    this.store.follow.value = false;
    this.live?.flyTo(lng, lat);
  }

  private text(message: TextMessage) {
    const branch = this.store.run.peek()?.branch;
    if (message.type === "hello" && this.known && this.known.run !== message.run) this.select(null); // numbers mean others
    this.store.apply(message);
    if (message.type === "state" && branch !== undefined && message.branch !== branch) this.review.forget();
    if (message.type === "edge" && message.minutes !== this.minutes) {
      this.minutes = message.minutes;
      this.fetchCourse(message.edge);
    }
    if (message.type === "timeline") this.followTimeline(message.version);
    if (message.type === "hello") this.greeted(message);
    if (message.type === "vehicle" && message.route && this.store.selection.value?.vehicle === message.vehicle) {
      this.live?.setRoute(message.route);
    }
    if (message.type === "vehicle_gone" && this.store.selection.value?.vehicle === message.vehicle) {
      this.live?.select(null);
    }
    if (message.type === "error" && message.code === "bad_token") {
      forgetToken(sessionStorage);
      this.token = null;
    }
  }

  private binary(message: BinaryMessage) {
    this.live?.apply(message);
    if (this.store.review.peek() === null) this.store.clock.value = message.time;
  }

  /** Fetches the marks when there are others, at most every half a second. */
  private followTimeline(version: number) {
    this.followLink();
    if (version === this.marksVersion || this.marksTimer) return;
    this.marksTimer = setTimeout(async () => {
      const answer = await this.fetch<{ version: number; marks?: readonly Mark[] }>("api/timeline");
      this.marksTimer = undefined;
      if (!answer) return;
      this.marksVersion = answer.version;
      this.store.marks.value = answer.marks ?? [];
    }, 500);
  }

  /** The server has said what it runs: the first time the map is made, later another city needs a new page. */
  private greeted(info: Info) {
    document.title = info.name ? `${info.name} · Roadtwin` : "Roadtwin";
    if (this.live) {
      if (this.known?.run !== info.run) this.marksVersion = -1;
      if (info.bounds.some((value, i) => value !== this.known?.bounds[i])) window.location.reload();
      this.known = info;
      return;
    }
    this.known = info;
    const live = this.makeMap(info);
    if (!live) return;
    this.live = live;
    effect(() => live.setTheme(currentTheme.value));
    effect(() => live.setColourBy(this.store.colourBy.value));
    effect(() => live.setGuesses(this.store.guesses.value));
    effect(() => live.showConditions(this.store.roads.value));
    this.followLayer(live);
    const wanted = computed(() => (this.store.roads.value ? (this.store.weather.value?.conditions ?? 0) : 0));
    effect(() => {
      if (wanted.value > 0) this.fetchConditions(live);
    });
    const followed = computed(() => (this.store.follow.value ? (this.store.selection.value?.vehicle ?? null) : null));
    effect(() => live.follow(followed.value, coveredAtTheRight()));
    this.fetchSignalHeads(live);
    this.followLink();
  }

  /** Keeps the measure of streets that the map shows up to the last minute. */
  private followLayer(live: LiveMap) {
    let values: LayerValues["values"] | null = null;
    const minute = computed(() => Math.floor((this.store.kpi.value?.time ?? 0) / 60));
    effect(() => {
      const layer = this.store.layer.value;
      minute.value;
      live.showMeasure(layer, values);
      if (layer === null) return;
      this.fetch<Parameters<typeof decodeLayers>[0]>("api/network/layers").then((answer) => {
        if (!answer) return;
        const decoded = decodeLayers(answer);
        values = decoded.values;
        this.store.layerTime.value = { time: decoded.time, interval: decoded.interval };
        live.showMeasure(this.store.layer.peek(), values);
      });
    });
  }

  private makeMap(info: Info): LiveMap | undefined {
    try {
      return new LiveMap(this.container, info, currentTheme.value, {
        viewChanged: (zoom, bbox) => {
          this.store.zoom.value = zoom;
          this.connection.setView(zoom, bbox);
        },
        vehicleClicked: (vehicle) => this.select(vehicle),
        streetChosen: (edge) => {
          if (edge !== null) this.select(null);
          this.selectJunction(null);
          this.selectStreet(edge);
        },
        junctionChosen: (junction) => this.selectJunction(junction),
        dragged: () => {
          this.store.follow.value = false;
        },
      });
    } catch (error) {
      console.error(error);
      this.store.failure.value = "The map needs WebGL2, which this browser does not offer.";
      return undefined;
    }
  }

  private async fetchSignalHeads(live: LiveMap) {
    const collection = await this.fetch<SignalCollection>("api/network/signals");
    const heads = collection?.features.map(({ geometry, properties }): SignalHead => {
      const [lng, lat] = geometry.coordinates;
      return { ...properties, lng, lat };
    });
    live.setSignalHeads(heads ?? []);
  }

  private async fetchConditions(live: LiveMap) {
    const answer = await this.fetch<Parameters<typeof decodeConditions>[0]>("api/network/conditions");
    if (!answer || answer.version < (this.conditions?.version ?? 0)) return; // a newer one has overtaken it
    this.conditions = decodeConditions(answer);
    live.setConditions(this.conditions);
  }

  private async fetchEarlier() {
    const earlier = await this.fetch<{ kpis: Kpi[] }>("api/kpis");
    if (earlier) this.store.addEarlier(earlier.kpis);
  }

  /** Fetches JSON; on failure tells the viewer, who sees the rest of the page anyway. */
  private async fetch<T>(path: string): Promise<T | undefined> {
    try {
      const response = await fetch(new URL(path, document.baseURI));
      if (!response.ok) throw new Error(`status ${response.status}`);
      return (await response.json()) as T;
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.store.notice.value = { kind: "problem", text: `Could not load ${path}: ${reason}` };
      return undefined;
    }
  }
}

/** How long before a mark one begins to look, s: to see a crash come. */
const LEAD: Readonly<Record<Mark["kind"], number>> = { crash: 8, off_road: 8, jam: 0, signal: 0, road: 0, weather: 0 };

/** Returns how many pixels of the map the panel of the selected vehicle covers. */
function coveredAtTheRight(): number {
  const panel = document.querySelector("[data-testid=vehicle]");
  return panel ? window.innerWidth - panel.getBoundingClientRect().left : 0;
}

interface SignalCollection {
  readonly features: readonly {
    readonly geometry: { readonly coordinates: readonly [number, number] };
    readonly properties: Omit<SignalHead, "lng" | "lat">;
  }[];
}

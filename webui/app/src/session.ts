// The page at work: it joins connection, store and map. The parts of the page call its methods.

import { computed, effect } from "@preact/signals";
import { LiveMap } from "./map/live_map.ts";
import type { SignalHead } from "./map/signal_layer.ts";
import type { BinaryMessage } from "./protocol/frame.ts";
import {
  type ControlAction,
  decodeConditions,
  type Info,
  type Kpi,
  type RoadConditions,
  type Street,
  type TextMessage,
} from "./protocol/messages.ts";
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
    const run = this.store.run.value;
    if (run && !run.ended) this.control({ action: run.playing ? "pause" : "play" });
  }

  select(vehicle: number | null) {
    if (vehicle === (this.store.selection.value?.vehicle ?? null)) return;
    this.store.select(vehicle);
    this.live?.select(vehicle);
    this.live?.setRoute(null);
    this.connection.select(vehicle);
  }

  /** Shows what is known of a street, an edge of the network, and where it comes from. */
  async selectStreet(edge: number | null) {
    this.store.street.value = edge === null ? null : { edge };
    this.live?.selectStreet(edge);
    if (edge === null) return;
    const street = await this.fetch<Street>(`api/network/edges/${edge}`);
    if (street && this.store.street.value?.edge === edge) this.store.street.value = { edge, street };
  }

  /** Shows or hides where the values of streets come from. */
  toggleGuesses() {
    this.store.guesses.value = this.store.guesses.value === null ? "limit" : null;
  }

  /** Shows or hides what lies on the roads. */
  toggleRoads() {
    this.store.roads.value = !this.store.roads.value;
  }

  flyTo(lng: number, lat: number) {
    this.store.follow.value = false;
    this.live?.flyTo(lng, lat);
  }

  private text(message: TextMessage) {
    // Time that goes back is another run, in which the number of the vehicle means another one.
    if (message.type === "state" && message.time < (this.store.clock.peek() ?? 0) - 1) this.select(null);
    this.store.apply(message);
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
    this.store.clock.value = message.time;
  }

  /** The server has said what it runs: the first time the map is made, later another city needs a new page. */
  private greeted(info: Info) {
    document.title = info.name ? `${info.name} · Roadtwin` : "Roadtwin";
    if (this.live) {
      if (info.bounds.some((value, i) => value !== this.known?.bounds[i])) window.location.reload();
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
    const wanted = computed(() => (this.store.roads.value ? (this.store.weather.value?.conditions ?? 0) : 0));
    effect(() => {
      if (wanted.value > 0) this.fetchConditions(live);
    });
    const followed = computed(() => (this.store.follow.value ? (this.store.selection.value?.vehicle ?? null) : null));
    effect(() => live.follow(followed.value, coveredAtTheRight()));
    this.fetchSignalHeads(live);
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
          this.selectStreet(edge);
        },
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

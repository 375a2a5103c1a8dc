// What the page knows, as signals that its parts read; text messages change it.

import { computed, signal } from "@preact/signals";
import type { ShownLayer } from "../map/measure_layer.ts";
import type { ColourBy } from "../map/vehicle_layer.ts";
import type {
  Course,
  EdgeNow,
  Envelope,
  Info,
  JunctionNow,
  Kpi,
  Mark,
  RunState,
  Street,
  TextMessage,
  Timeline,
  VehicleDetail,
  Weather,
} from "../protocol/messages.ts";
import type { ConnectionStatus } from "../stream/connection.ts";
import { History } from "./history.ts";

/** The vehicle that was clicked. */
export interface Selection {
  readonly vehicle: number;
  /** The last details, undefined until they come. */
  readonly detail?: VehicleDetail;
  /** What tyres, brakes and engine give at each speed; the last one received. */
  readonly envelope?: Envelope;
  /** Left the road; the last details stay until the panel is closed. */
  readonly gone: boolean;
}

/** The street that was clicked. */
export interface StreetSelection {
  readonly edge: number;
  /** Undefined until it has come. */
  readonly street?: Street;
}

/** The junction that was chosen. */
export interface JunctionSelection {
  readonly junction: number;
  /** Undefined until it has come. */
  readonly now?: JunctionNow;
}

/** The values of streets of which the map can show where they come from. */
export const GUESSED = ["limit", "lanes", "surface", "width"] as const;
export type Guessed = (typeof GUESSED)[number];

export interface Notice {
  readonly kind: "info" | "problem";
  readonly text: string;
  /** What can be done about it. */
  readonly action?: { readonly name: string; does(): void };
}

/** Whether this page may control the simulation. */
export type Control = "granted" | "none" | "refused";

/** The measures that the plot can show. */
export type Measure = "on_road" | "waiting" | "mean_speed" | "mean_delay" | "standing";

export class Store {
  readonly connection = signal<ConnectionStatus>({ kind: "connecting" });
  readonly info = signal<Info | null>(null);
  readonly run = signal<RunState | null>(null);
  readonly kpi = signal<Kpi | null>(null);
  readonly history = signal<readonly Kpi[]>([]);
  /** Simulation time, s after midnight, of the newest picture. */
  readonly clock = signal<number | null>(null);
  readonly selection = signal<Selection | null>(null);
  readonly follow = signal(false);
  readonly control = signal<Control>("none");
  readonly notice = signal<Notice | null>(null);
  /** Why the page cannot show the map; it does not go away. */
  readonly failure = signal<string | null>(null);
  readonly colourBy = signal<ColourBy>("speed");
  /** The value whose guesses the map shows, null for none. */
  readonly guesses = signal<Guessed | null>(null);
  readonly weather = signal<Weather | null>(null);
  /** Whether the map shows what lies on the roads. */
  readonly roads = signal(false);
  /** The measure of streets that the map shows. */
  readonly layer = signal<ShownLayer | null>(null);
  /** Over which time its values are, s after midnight and s; null before there are any. */
  readonly layerTime = signal<{ readonly time: number; readonly interval: number } | null>(null);
  readonly street = signal<StreetSelection | null>(null);
  /** What goes on at the chosen street, and how it came to that. */
  readonly edgeNow = signal<EdgeNow | null>(null);
  readonly course = signal<Course | null>(null);
  readonly junction = signal<JunctionSelection | null>(null);
  readonly measure = signal<Measure>("on_road");
  readonly zoom = signal(0);
  readonly timeline = signal<Timeline | null>(null);
  /** By time. */
  readonly marks = signal<readonly Mark[]>([]);
  /** The time that is looked back at, s after midnight; null for the present. */
  readonly review = signal<number | null>(null);
  readonly reviewPlaying = signal(false);
  /** Times real time; 0 is as fast as the page can. */
  readonly reviewSpeed = signal(1);
  /** What the panels over the map are open for: the events, or the help for the keyboard. */
  readonly dialog = signal<"events" | "help" | null>(null);
  readonly crash = signal<Mark | null>(null);
  /** The measures of the time that is looked at. */
  readonly shownKpi = computed(() => {
    const time = this.review.value;
    if (time === null) return this.kpi.value;
    this.history.value;
    return this.kept.at(time) ?? null;
  });

  private readonly kept = new History();

  apply(message: TextMessage) {
    switch (message.type) {
      case "hello":
        if (this.info.value && this.info.value.run !== message.run) this.startOver();
        this.info.value = message;
        break;
      case "state":
        if (message.branch !== (this.run.value?.branch ?? message.branch)) this.wentBack(message.time);
        this.run.value = message;
        if (this.review.value === null) this.clock.value = message.time;
        break;
      case "timeline":
        this.timeline.value = message;
        break;
      case "kpi":
        this.kpi.value = message;
        this.kept.add(message);
        this.history.value = this.kept.points;
        break;
      case "weather":
        this.weather.value = message;
        break;
      case "edge":
        if (message.edge === this.street.value?.edge) this.edgeNow.value = message;
        break;
      case "junction":
        if (message.junction === this.junction.value?.junction) {
          this.junction.value = { junction: message.junction, now: message };
        }
        break;
      case "vehicle":
        this.applyVehicle(message);
        break;
      case "vehicle_gone":
        if (this.selection.value?.vehicle === message.vehicle) {
          this.selection.value = { ...this.selection.value, gone: true };
          this.follow.value = false;
        }
        break;
      case "error":
        if (message.code === "bad_token") this.control.value = "refused";
        this.notice.value = { kind: "problem", text: sentence(message.message) };
        break;
      case "done":
        break;
    }
  }

  /** The run has gone back: what was later has not happened. */
  private wentBack(time: number) {
    this.kept.cut(time);
    this.history.value = this.kept.points;
    this.review.value = null;
  }

  /** This is another run. */
  private startOver() {
    this.wentBack(Number.NEGATIVE_INFINITY);
    this.marks.value = [];
    this.crash.value = null;
    this.select(null);
  }

  addEarlier(kpis: readonly Kpi[]) {
    this.kept.prepend(kpis);
    this.history.value = this.kept.points;
  }

  select(vehicle: number | null) {
    this.selection.value = vehicle === null ? null : { vehicle, gone: false };
    if (vehicle === null) this.follow.value = false;
  }

  private applyVehicle(detail: VehicleDetail) {
    const selection = this.selection.value;
    if (selection?.vehicle !== detail.vehicle) return; // an answer to a selection of before
    const envelope = detail.envelope ?? selection.envelope;
    this.selection.value = { vehicle: detail.vehicle, detail, ...(envelope && { envelope }), gone: false };
  }
}

function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

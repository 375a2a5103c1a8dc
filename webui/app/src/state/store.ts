// What the page knows, as signals that its parts read; text messages change it.

import { signal } from "@preact/signals";
import type { ColourBy } from "../map/vehicle_layer.ts";
import type {
  Envelope,
  Info,
  Kpi,
  RunState,
  Street,
  TextMessage,
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

/** The values of streets of which the map can show where they come from. */
export const GUESSED = ["limit", "lanes", "surface", "width"] as const;
export type Guessed = (typeof GUESSED)[number];

export interface Notice {
  readonly kind: "info" | "problem";
  readonly text: string;
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
  readonly street = signal<StreetSelection | null>(null);
  readonly measure = signal<Measure>("on_road");
  readonly zoom = signal(0);

  private readonly kept = new History();

  apply(message: TextMessage) {
    switch (message.type) {
      case "hello":
        this.info.value = message;
        break;
      case "state":
        this.run.value = message;
        this.clock.value = message.time;
        break;
      case "kpi":
        this.kpi.value = message;
        this.kept.add(message);
        this.history.value = this.kept.points;
        break;
      case "weather":
        this.weather.value = message;
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

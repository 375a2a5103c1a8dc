// What a wall screen knows: as the page, but without a map, a token, or anything that could be pressed.

import type { Kpi, Mark } from "./protocol/messages.ts";
import { Store } from "./state/store.ts";
import { Connection } from "./stream/connection.ts";

/** A page that has stood for so long loads itself anew, ms: whatever a browser leaks ends there. */
const RELOAD_MS = 24 * 3600 * 1000;

export class Wall {
  readonly store = new Store();
  private readonly connection: Connection;
  private version = -1;
  private asking = false;

  constructor() {
    const address = new URL("ws", document.baseURI);
    address.protocol = address.protocol === "https:" ? "wss:" : "ws:";
    this.connection = new Connection(address.href, {
      status: (status) => {
        this.store.connection.value = status;
        if (status.kind === "open") this.fetchEarlier();
      },
      text: (message) => {
        this.store.apply(message);
        if (message.type === "hello") document.title = `${message.name} · Roadtwin`;
        if (message.type === "kpi") this.store.clock.value = message.time;
        if (message.type === "timeline" && message.version !== this.version) this.fetchMarks();
      },
      binary: () => {}, // without a view none comes
    });
  }

  start() {
    this.connection.open();
    setTimeout(() => window.location.reload(), RELOAD_MS);
  }

  private async fetchEarlier() {
    const earlier = await fetchJSON<{ kpis: Kpi[] }>("api/kpis");
    if (earlier) this.store.addEarlier(earlier.kpis);
  }

  private async fetchMarks() {
    if (this.asking) return;
    this.asking = true;
    const answer = await fetchJSON<{ version: number; marks?: Mark[] }>("api/timeline");
    this.asking = false;
    if (!answer) return;
    this.version = answer.version;
    this.store.marks.value = answer.marks ?? [];
  }
}

/** Fetches JSON; undefined on failure, which the connection tells as well. */
async function fetchJSON<T>(path: string): Promise<T | undefined> {
  try {
    const response = await fetch(new URL(path, document.baseURI));
    return response.ok ? ((await response.json()) as T) : undefined;
  } catch {
    return undefined;
  }
}

/** The parts of a dashboard, in the order in which they are shown. */
export const PARTS = ["figures", "course", "queues", "events", "weather"] as const;
export type Part = (typeof PARTS)[number];

/** Returns the parts that an address asks for, `?show=figures,queues`; all if it asks for none that there are. */
export function partsOf(search: string): readonly Part[] {
  const asked = new URLSearchParams(search).get("show")?.split(",") ?? [];
  const parts = PARTS.filter((part) => asked.includes(part));
  return parts.length > 0 ? parts : PARTS;
}

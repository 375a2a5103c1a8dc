// The WebSocket: comes back by itself when it breaks, and then asks again for what the page was looking at.

import { type BinaryMessage, decodeBinary, ProtocolError } from "../protocol/frame.ts";
import { type ClientMessage, parseText, type TextMessage } from "../protocol/messages.ts";
import { Backoff } from "./backoff.ts";

export type ConnectionStatus =
  | { readonly kind: "connecting" }
  | { readonly kind: "open" }
  /** `at` is when the next attempt begins, as performance.now() counts. */
  | { readonly kind: "waiting"; readonly at: number };

export interface Listener {
  status(status: ConnectionStatus): void;
  text(message: TextMessage): void;
  binary(message: BinaryMessage): void;
}

type View = Extract<ClientMessage, { type: "view" }>;

/** The protocol allows ten views a second. */
const VIEW_INTERVAL_MS = 120;

/** A connection on which nothing has come for so long although the simulation plays is taken for dead, ms. */
const SILENCE_MS = 20_000;

export class Connection {
  private readonly url: string;
  private readonly listener: Listener;
  private readonly backoff = new Backoff();
  private socket: WebSocket | undefined;
  private retry: ReturnType<typeof setTimeout> | undefined;
  private silence: ReturnType<typeof setTimeout> | undefined;
  private view: View | undefined;
  private viewTimer: ReturnType<typeof setTimeout> | undefined;
  private selected: number | null = null;
  private place: { readonly edge?: number; readonly junction?: number } = {};
  private reviewed: number | null = null;
  private playing = false;

  constructor(url: string, listener: Listener) {
    this.url = url;
    this.listener = listener;
  }

  /** Opens the connection now, also while the next attempt is being waited for. */
  open() {
    clearTimeout(this.retry);
    this.drop();
    this.listener.status({ kind: "connecting" });
    const socket = new WebSocket(this.url);
    socket.binaryType = "arraybuffer";
    socket.onopen = () => this.opened();
    socket.onmessage = (event: MessageEvent<string | ArrayBuffer>) => this.received(event.data);
    socket.onclose = () => this.closed();
    this.socket = socket;
  }

  /** Tells the server what the map shows; sent at most as often as it allows, the latest last. */
  setView(zoom: number, bbox: View["bbox"]) {
    this.view = { type: "view", zoom, bbox };
    this.viewTimer ??= setTimeout(() => {
      this.viewTimer = undefined;
      if (this.view) this.send(this.view);
    }, VIEW_INTERVAL_MS);
  }

  /** Asks for the details of a vehicle, or none. */
  select(vehicle: number | null) {
    this.selected = vehicle;
    this.send({ type: "select", vehicle });
  }

  /** Asks what goes on at an edge or a junction, or at none. */
  inspect(place: { readonly edge?: number; readonly junction?: number }) {
    this.place = place;
    this.send({ type: "inspect", ...place });
  }

  /** Asks for the picture of a time in the past (s after midnight); null goes back to the present. */
  review(time: number | null) {
    this.reviewed = time;
    this.send({ type: "review", time });
  }

  /** Sends a message; false if there is no connection to send it on. */
  send(message: ClientMessage): boolean {
    if (this.socket?.readyState !== WebSocket.OPEN) return false;
    this.socket.send(JSON.stringify(message));
    return true;
  }

  private opened() {
    this.backoff.reset();
    this.listener.status({ kind: "open" });
    if (this.view) this.send(this.view);
    if (this.selected !== null) this.send({ type: "select", vehicle: this.selected });
    if (this.place.edge !== undefined || this.place.junction !== undefined)
      this.send({ type: "inspect", ...this.place });
    if (this.reviewed !== null) this.send({ type: "review", time: this.reviewed });
    this.heard();
  }

  private received(data: string | ArrayBuffer) {
    this.heard();
    try {
      if (typeof data === "string") this.receivedText(data);
      else this.receivedBinary(data);
    } catch (error) {
      // A message that cannot be read is the server's mistake: report it, and go on with the next.
      if (!(error instanceof ProtocolError || error instanceof SyntaxError)) throw error;
      console.error(`stream: ${error.message}`);
    }
  }

  private receivedText(data: string) {
    const message = parseText(data);
    if (!message) return;
    if (message.type === "state") this.playing = message.playing;
    if (message.type === "vehicle_gone" && message.vehicle === this.selected) this.selected = null;
    this.listener.text(message);
  }

  private receivedBinary(data: ArrayBuffer) {
    const message = decodeBinary(data);
    this.listener.binary(message);
    if (message.kind === "vehicles" || message.kind === "edges") this.send({ type: "ack", seq: message.seq });
  }

  private heard() {
    clearTimeout(this.silence);
    this.silence = setTimeout(() => (this.playing ? this.open() : this.heard()), SILENCE_MS);
  }

  private closed() {
    clearTimeout(this.silence);
    this.socket = undefined;
    const wait = this.backoff.next();
    this.listener.status({ kind: "waiting", at: performance.now() + wait });
    this.retry = setTimeout(() => this.open(), wait);
  }

  private drop() {
    clearTimeout(this.silence);
    if (!this.socket) return;
    this.socket.onopen = this.socket.onmessage = this.socket.onclose = null;
    this.socket.close();
    this.socket = undefined;
  }
}

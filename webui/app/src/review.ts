// Looking back: the time that the page looks at, and its course when the recording plays.

import type { Store } from "./state/store.ts";
import type { Connection } from "./stream/connection.ts";

/** How often the time goes on while the recording plays, ms. */
const TICK_MS = 100;

/** How fast a recording plays when it is told to play as fast as it can, times real time. */
const FASTEST = 60;

export class Review {
  private readonly store: Store;
  private readonly connection: Connection;
  private timer: ReturnType<typeof setInterval> | undefined;
  private asked: number | null = null;

  constructor(store: Store, connection: Connection) {
    this.store = store;
    this.connection = connection;
  }

  /** Looks at a time (s after midnight), as near to it as was recorded; null looks at the present. False if nothing is recorded. */
  look(time: number | null): boolean {
    const tape = this.store.timeline.peek();
    if (time !== null && (tape?.from == null || tape.to === null)) return false;
    const at = time === null ? null : Math.min(Math.max(time, tape?.from ?? time), tape?.to ?? time);
    if (at === null) this.pause();
    this.store.review.value = at;
    this.ask(at);
    this.store.clock.value = at ?? this.store.kpi.peek()?.time ?? this.store.clock.peek();
    return true;
  }

  private ask(at: number | null) {
    if (at === this.asked) return;
    this.asked = at;
    this.connection.review(at);
  }

  play() {
    if (this.store.review.peek() === null || this.timer) return;
    this.store.reviewPlaying.value = true;
    this.timer = setInterval(() => this.goOn(), TICK_MS);
  }

  pause() {
    clearInterval(this.timer);
    this.timer = undefined;
    this.store.reviewPlaying.value = false;
  }

  private goOn() {
    const [time, to] = [this.store.review.peek(), this.store.timeline.peek()?.to];
    if (time === null || to == null) return this.pause();
    const next = time + ((this.store.reviewSpeed.peek() || FASTEST) * TICK_MS) / 1000;
    this.look(next >= to ? null : next); // the recording ends in the present
  }

  /** Forgets what was asked for: the server has gone back, or is another. */
  forget() {
    this.asked = null;
    if (this.store.review.peek() === null) this.connection.review(null);
  }
}

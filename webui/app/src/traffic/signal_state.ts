import type { SignalChanges, SignalSnapshot } from "../protocol/frame.ts";

/** What every signal group shows, as the index into `aspects` of hello. */
export class SignalState {
  /** Indexed by group. */
  aspects: Uint8Array = new Uint8Array(0);
  /** Rises with every message taken over. */
  revision = 0;

  apply(message: SignalSnapshot | SignalChanges) {
    if (message.kind === "signalSnapshot") {
      this.aspects = message.aspects;
    } else {
      for (const { group, aspect } of message.changes) {
        if (group < this.aspects.length) this.aspects[group] = aspect;
      }
    }
    this.revision++;
  }

  /** Returns the aspect of a group, undefined before the first snapshot. */
  aspect(group: number): number | undefined {
    return this.aspects[group];
  }
}

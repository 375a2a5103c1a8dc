import { describe, expect, it } from "vitest";
import { SignalState } from "./signal_state.ts";

const header = { seq: 1, time: 0 };

describe("SignalState", () => {
  it("takes a snapshot, then changes, then a snapshot again", () => {
    const state = new SignalState();
    expect(state.aspect(0)).toBeUndefined();
    state.apply({ kind: "signalSnapshot", ...header, aspects: new Uint8Array([1, 1, 3]) });
    state.apply({ kind: "signalChanges", ...header, changes: [{ group: 2, aspect: 4 }] });
    expect([...state.aspects]).toEqual([1, 1, 4]);
    state.apply({ kind: "signalSnapshot", ...header, aspects: new Uint8Array([3, 1, 1]) });
    expect(state.aspect(0)).toBe(3);
    expect(state.revision).toBe(3);
  });

  it("ignores changes of groups that do not exist", () => {
    const state = new SignalState();
    state.apply({ kind: "signalChanges", ...header, changes: [{ group: 9, aspect: 1 }] });
    expect(state.aspect(9)).toBeUndefined();
  });
});

import { describe, expect, it } from "vitest";
import type { TextMessage, VehicleDetail } from "../protocol/messages.ts";
import { decodeConditions, parseText } from "../protocol/messages.ts";
import { Store } from "./store.ts";

const vehicle = (id: number, more: Partial<VehicleDetail> = {}) =>
  ({ type: "vehicle", vehicle: id, speed: 8, ...more }) as TextMessage;

describe("Store", () => {
  it("keeps the envelope when later details come without it", () => {
    const store = new Store();
    const envelope = { surface: "asphalt", condition: "dry", speed_step: 1, brake: [8], drive: [3] };
    store.select(77);
    store.apply(vehicle(77, { envelope }));
    store.apply(vehicle(77, { speed: 9 }));
    expect(store.selection.value?.envelope).toEqual(envelope);
    expect(store.selection.value?.detail?.speed).toBe(9);
  });

  it("drops details of a vehicle that is not selected any more", () => {
    const store = new Store();
    store.select(77);
    store.select(78);
    store.apply(vehicle(77));
    expect(store.selection.value).toEqual({ vehicle: 78, gone: false });
    store.select(null);
    store.apply(vehicle(78));
    expect(store.selection.value).toBeNull();
  });

  it("leaves the last details of a vehicle that has gone, and stops following", () => {
    const store = new Store();
    store.select(77);
    store.follow.value = true;
    store.apply(vehicle(77));
    store.apply({ type: "vehicle_gone", vehicle: 77, time: 100 });
    expect(store.selection.value).toMatchObject({ gone: true, detail: { speed: 8 } });
    expect(store.follow.value).toBe(false);
  });

  it("gives control up when the token is refused", () => {
    const store = new Store();
    store.control.value = "granted";
    store.apply({ type: "error", re: "control", code: "bad_token", message: "the control token is wrong" });
    expect(store.control.value).toBe("refused");
    expect(store.notice.value?.text).toBe("The control token is wrong");
  });
});

describe("decodeConditions", () => {
  it("gives the condition of each edge", () => {
    const { version, edges } = decodeConditions({ version: 3, edges: btoa("\u0000\u0002\u000a"), spills: {} });
    expect([version, ...edges]).toEqual([3, 0, 2, 10]);
  });
});

describe("parseText", () => {
  it("ignores types it does not know", () => expect(parseText('{"type":"news"}')).toBeUndefined());
  it.each(["", "7", "null", "{}", "<html>"])("refuses %j", (text) =>
    expect(() => parseText(text)).toThrow(SyntaxError),
  );
});

import { expect, it } from "vitest";
import { decodeLayers } from "../protocol/messages.ts";
import { onRamp } from "./measure_layer.ts";

const encode = (...values: number[]) => btoa(String.fromCharCode(...new Uint8Array(Float32Array.from(values).buffer)));

it("decodes what the server says of all edges, and nothing", () => {
  const { values } = decodeLayers({
    time: 1,
    interval: 300,
    speed: encode(0.5, Number.NaN),
    delay: encode(30, Number.NaN),
    flow: encode(450, 0),
    density: null,
    standing: encode(1, 0),
  });
  expect([...values.speed]).toEqual([0.5, Number.NaN]);
  expect(values.density.length).toBe(0);
  expect(onRamp("speed", values, 0)).toBeCloseTo(0.5);
  expect(onRamp("delay", values, 0)).toBeCloseTo(0.5); // 30 of 60 s
  expect(onRamp("flow", values, 0)).toBeCloseTo(0.5);
  expect(onRamp("flow", values, 1)).toBeNull();
  expect(onRamp("speed", values, 1)).toBeNull();
  expect(onRamp("density", values, 0)).toBeNull();
});

it.each([
  [0.9, 1],
  [0.7, 0.8],
  [0.6, 0.6],
  [0.45, 0.4],
  [0.35, 0.2],
  [0.1, 0],
])("level of service at %d of the limit is %d of the ramp", (share, at) => {
  const values = { speed: Float32Array.of(share) } as never;
  expect(onRamp("los", values, 0)).toBeCloseTo(at);
});

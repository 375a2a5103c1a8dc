import { expect, it } from "vitest";
import { Backoff } from "./backoff.ts";

it("doubles up to ten seconds and starts over after a success", () => {
  const backoff = new Backoff(() => 1);
  expect([1, 2, 3, 4, 5, 6, 7].map(() => backoff.next())).toEqual([500, 1000, 2000, 4000, 8000, 10_000, 10_000]);
  backoff.reset();
  expect(backoff.next()).toBe(500);
});

it("waits at least half of the time", () => {
  expect(new Backoff(() => 0).next()).toBe(250);
});

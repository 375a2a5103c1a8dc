import { describe, expect, it } from "vitest";
import { readLink, writeLink } from "./link.ts";

describe("link", () => {
  it.each([{ time: 25_330.5, vehicle: 77 }, { time: 100_000, edge: 0 }, { junction: 12 }, {}])(
    "reads what it has written: %o",
    (link) => {
      const hash = writeLink("#at=17/39.7/-75.5&time=01:00:00&vehicle=1&edge=2&junction=3", link);
      expect(hash.startsWith("#at=17/39.7/-75.5")).toBe(true);
      expect(readLink(hash)).toEqual(link);
    },
  );

  it("keeps only the place when there is nothing else to keep", () => {
    expect(writeLink("#at=17/1/2&time=07:00:00", {})).toBe("#at=17/1/2");
    expect(writeLink("", {})).toBe("");
  });

  it.each([
    "#time=7",
    "#time=07:60:00",
    "#time=-1:00:00",
    "#vehicle=abc",
    "#vehicle=-1",
    "#vehicle=1e9",
    "#time",
    "#=&&",
  ])("leaves out what makes no sense: %s", (hash) => expect(readLink(hash)).toEqual({}));
});

import { describe, expect, it } from "vitest";
import {
  formatClock,
  formatCount,
  formatDistance,
  formatDuration,
  formatFactor,
  formatName,
  formatSigned,
  formatSpeed,
  formatStreet,
  speedSign,
  speedUnit,
} from "./format.ts";

describe("speeds", () => {
  it("follows the signs of the country", () => {
    expect(["US", "gb", "DE", "FR", "IN", ""].map(speedUnit)).toEqual(["mph", "mph", "km/h", "km/h", "km/h", "km/h"]);
  });
  it("shows the sign of the country", () => {
    expect(["US", "CA", "GB", "DE", ""].map(speedSign)).toEqual(["rectangle", "rectangle", "ring", "ring", "ring"]);
  });
  it("converts from m/s", () => {
    expect(formatSpeed(13.8889, "km/h")).toBe("50 km/h");
    expect(formatSpeed(13.4112, "mph")).toBe("30 mph");
    expect(formatSpeed(0, "mph")).toBe("0 mph");
  });
});

describe("times", () => {
  it.each([
    [0, "00:00:00"],
    [25321.4, "07:02:01"],
    [25259.9999999, "07:01:00"],
    [86399.9, "23:59:59"],
    [86400 + 60, "1d 00:01:00"],
    [-1, "00:00:00"],
  ])("shows %d s as %s", (time, clock) => expect(formatClock(time)).toBe(clock));

  it("leaves the seconds away", () => expect(formatClock(25321, false)).toBe("07:02"));

  it.each([
    [null, "–"],
    [0, "0 s"],
    [99.4, "99 s"],
    [99.6, "1:40 min"],
    [3599.6, "1:00 h"],
    [3725, "1:02 h"],
  ])("shows a duration of %s as %s", (seconds, text) => expect(formatDuration(seconds)).toBe(text));
});

describe("quantities", () => {
  it("shows distances with sensible digits", () => {
    expect([8.44, 19.99, 120.4, 1234].map(formatDistance)).toEqual(["8.4 m", "20.0 m", "120 m", "1.2 km"]);
  });
  it("never shows a negative zero", () => {
    expect([0.04, -0.04, -2.06, 0.8].map(formatSigned)).toEqual(["0.0", "0.0", "−2.1", "+0.8"]);
  });
  it("groups thousands", () => {
    expect([999, 1000, 1234567].map(formatCount)).toEqual(["999", "1\u2009000", "1\u2009234\u2009567"]);
  });
  it("shows the pace", () =>
    expect([0.5, 1, 10.2, 1500].map(formatFactor)).toEqual(["0.5×", "1×", "10×", "1\u2009500×"]));
  it("parts references of a street", () =>
    expect(formatStreet("I 95;US 202 / A Street")).toBe("I 95, US 202 / A Street"));
  it("shows names as words", () => expect(formatName("rigid_lorry")).toBe("Rigid lorry"));
});

import { describe, expect, it } from "vitest";
import {
  describeSky,
  describeSurface,
  formatClock,
  formatCount,
  formatDistance,
  formatDuration,
  formatFactor,
  formatName,
  formatShare,
  formatSigned,
  formatSpeed,
  formatStreet,
  formatTemperature,
  speedSign,
  speedUnit,
} from "./format.ts";

describe("weather", () => {
  const sky = { temperature: -1.54, rain: 0, snow: 0, humidity: 90, wind: 3.6, visibility: 20_000 };
  it("is a line that leaves out what is not there", () => {
    expect(describeSky(sky)).toBe("−1.5 °C, no rain, wind 4 m/s");
    expect(describeSky({ ...sky, snow: 3, visibility: 350 })).toBe(
      "−1.5 °C, snow 3.0 mm/h, wind 4 m/s, visibility 350 m",
    );
    expect(describeSky({ ...sky, rain: 0.5, snow: 1 })).toBe("−1.5 °C, rain 0.5 mm/h, snow 1.0 mm/h, wind 4 m/s");
    expect(describeSurface({ ground: 0.4, bridges: -1.2 })).toBe("Roads 0.4 °C, bridges −1.2 °C");
  });
  it("has no minus before nought", () => {
    expect([-0.04, 0, 0.04, -0.06].map(formatTemperature)).toEqual(["0.0 °C", "0.0 °C", "0.0 °C", "−0.1 °C"]);
  });
  it("does not round away what is there", () => {
    expect([0, 0.002, 0.64, 1].map(formatShare)).toEqual(["0 %", "<1 %", "64 %", "100 %"]);
  });
});

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

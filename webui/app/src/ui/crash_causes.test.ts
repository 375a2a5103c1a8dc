import { expect, it } from "vitest";
import type { CrashCause } from "../protocol/messages.ts";
import { causesOf } from "./crash_causes.ts";

const cause: CrashCause = {
  speed_m_s: 10,
  pedal_m_s2: -6,
  braking_m_s2: 1.2,
  grip: 0.15,
  grip_believed: 0.8,
  condition: "ice",
  surface: "asphalt",
  reaction_s: 1.1,
  minded: "leader",
};

it("names ice that nobody knew of, and what braking became", () => {
  const text = causesOf(cause).join(" ");
  expect(text).toContain("15 % of dry grip, its driver believed in 80 %");
  expect(text).toContain("asked for 6.0 m/s² of braking and got 1.2");
});

it("begins with red and a look away", () => {
  const texts = causesOf({ ...cause, grip: 1, grip_believed: 1, ran_red_s: 1.5, lapse_s: 0.4, pedal_m_s2: 0.5 });
  expect(texts[0]).toContain("at red 1.5 s before");
  expect(texts[1]).toContain("looked away");
  expect(texts).toContain("Its driver did not brake.");
  expect(texts.join(" ")).not.toContain("grip");
});

import type { CrashCause } from "../protocol/messages.ts";
import { limitWords } from "./limits.ts";

/** Below this share of what the driver believes, the road was a surprise. */
const SURPRISE = 0.9;

/** Returns what is known of why a vehicle crashed, in sentences, the most telling first. */
export function causesOf(cause: CrashCause): string[] {
  const texts: string[] = [];
  if (cause.ran_red_s) texts.push(`Had passed a stop line at red ${cause.ran_red_s.toFixed(1)} s before.`);
  if (cause.lapse_s) texts.push(`Its driver looked away, for another ${cause.lapse_s.toFixed(1)} s.`);
  if (cause.reacting) texts.push("Its driver had decided to brake, but the foot had not moved yet.");
  if (cause.grip < SURPRISE * cause.grip_believed) {
    texts.push(
      `The road gave ${percent(cause.grip)} of dry grip, its driver believed in ${percent(cause.grip_believed)}.`,
    );
  } else if (cause.grip < SURPRISE) texts.push(`The road gave ${percent(cause.grip)} of dry grip, as its driver knew.`);
  for (const fault of cause.faults ?? []) texts.push(`Technical state: ${fault.replaceAll("_", " ")}.`);
  if (cause.slid) texts.push("It slid from a crash before.");
  if (cause.pedal_m_s2 < 0) {
    const wanted = -cause.pedal_m_s2;
    texts.push(`Its driver asked for ${wanted.toFixed(1)} m/s² of braking and got ${cause.braking_m_s2.toFixed(1)}.`);
  } else texts.push("Its driver did not brake.");
  texts.push(`It minded: ${limitWords(cause.minded, "").text}.`);
  texts.push(`Reaction time ${cause.reaction_s.toFixed(1)} s.`);
  return texts;
}

const percent = (share: number) => `${Math.round(100 * share)} %`;

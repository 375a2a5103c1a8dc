import type { Mark, MarkKind } from "../protocol/messages.ts";

/** How marks are named and drawn: each kind has a shape of its own beside its colour. */
export const MARK_KINDS: Readonly<Record<MarkKind, { name: string; colour: string; shape: Shape }>> = {
  crash: { name: "Crash", colour: "#c71a9e", shape: "cross" },
  off_road: { name: "Left the road", colour: "#8d4fbf", shape: "ring" },
  jam: { name: "Jam", colour: "#d63f12", shape: "bar" },
  signal: { name: "Signals", colour: "#00845f", shape: "diamond" },
  road: { name: "Roads", colour: "#b37400", shape: "square" },
  weather: { name: "Weather", colour: "#1f74bd", shape: "dot" },
};

export type Shape = "cross" | "ring" | "bar" | "diamond" | "square" | "dot";

/** Returns the first mark after a time, and the last before it, by more than half a second. */
export function neighbours(marks: readonly Mark[], time: number): { before?: Mark; after?: Mark } {
  const after = marks.find((mark) => mark.time > time + 0.5);
  const before = marks.findLast((mark) => mark.time < time - 0.5);
  return { ...(before && { before }), ...(after && { after }) };
}

/** Returns the mark nearest to a time, at most `reach` seconds from it. */
export function nearest(marks: readonly Mark[], time: number, reach: number): Mark | undefined {
  let found: Mark | undefined;
  let best = reach;
  for (const mark of marks) {
    const distance = Math.abs(mark.time - time);
    if (distance <= best) [found, best] = [mark, distance];
  }
  return found;
}

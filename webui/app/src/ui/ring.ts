import type { StageNow } from "../protocol/messages.ts";

/** Where a share of a circle (0 … 1, clockwise from the top) is at a radius. */
export function ringPoint(share: number, radius: number): [x: number, y: number] {
  const angle = 2 * Math.PI * share;
  return [round(radius * Math.sin(angle)), round(-radius * Math.cos(angle))];
}

const round = (value: number) => Math.round(value * 100) / 100;

export interface RingArc {
  /** The green of the stage, and the change to the next, as SVG paths. */
  readonly green: string;
  readonly change: string;
  readonly label: readonly [number, number];
}

const [INNER, OUTER] = [30, 44];

/** Returns the stages of a plan as parts of a ring. */
export function ringArcs(stages: readonly Pick<StageNow, "green" | "intergreen">[], cycle: number): RingArc[] {
  let at = 0;
  return stages.map(({ green, intergreen }) => {
    const [from, end, next] = [at / cycle, (at + green) / cycle, (at + green + intergreen) / cycle];
    at += green + intergreen;
    return { green: arc(from, end), change: arc(end, next), label: ringPoint((from + end) / 2, (INNER + OUTER) / 2) };
  });
}

function arc(from: number, to: number): string {
  const end = Math.min(to, from + 0.9999); // a whole circle has no ends
  const large = end - from > 0.5 ? 1 : 0;
  const point = (share: number, radius: number) => ringPoint(share, radius).join(" ");
  return `M${point(from, OUTER)}A${OUTER} ${OUTER} 0 ${large} 1 ${point(end, OUTER)}L${point(end, INNER)}A${INNER} ${INNER} 0 ${large} 0 ${point(from, INNER)}Z`;
}

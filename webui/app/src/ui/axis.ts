const STEPS = [1, 1.5, 2, 3, 4, 5, 7.5, 10];

/** Returns a round number some 5 % or more above `max`, for an axis that rests while the values dance; 10 for nothing. */
export function niceCeiling(max: number): number {
  if (!(max > 0)) return 10;
  const magnitude = 10 ** Math.floor(Math.log10(max));
  const step = STEPS.find((each) => each * magnitude >= max * 1.05) ?? 15;
  return step * magnitude;
}

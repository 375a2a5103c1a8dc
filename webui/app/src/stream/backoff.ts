/** How long to wait before the next attempt to connect: doubling from half a second to ten, with a random part. */
export class Backoff {
  private failures = 0;
  private readonly random: () => number;

  constructor(random: () => number = Math.random) {
    this.random = random;
  }

  /** Returns the next wait in ms. The random half keeps many pages from coming back in the same moment. */
  next(): number {
    const full = Math.min(500 * 2 ** this.failures, 10_000);
    this.failures++;
    return full * (0.5 + 0.5 * this.random());
  }

  /** Notes that a connection stood. */
  reset() {
    this.failures = 0;
  }
}

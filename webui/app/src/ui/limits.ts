/** What holds a vehicle back, as a heading and the rest of the sentence. */
export interface LimitWords {
  readonly heading: string;
  readonly text: string;
}

/** By the names of the protocol's `limit`. */
const WORDS: Readonly<Record<string, LimitWords>> = {
  none: { heading: "Free", text: "drives as fast as its driver wishes" },
  leader: { heading: "Held back by", text: "the vehicle ahead" },
  signal: { heading: "Held back by", text: "the signal ahead" },
  yield: { heading: "Gives way", text: "to those who have the right of way" },
  exit: { heading: "Waits", text: "because there is no room behind the junction" },
  curve: { heading: "Slows for", text: "the curve ahead, as far as its tyres hold" },
  lane_end: { heading: "Must change lanes", text: "before its lane ends or leads elsewhere" },
  tyres: { heading: "At the limit of its tyres", text: "the road gives no more than this" },
  arrival: { heading: "Arrives", text: "and slows to turn off at its destination" },
  letting_in: { heading: "Makes room", text: "for another who must change lanes" },
  crossing: { heading: "Lets people cross", text: "on foot or on cycles" },
  rail: { heading: "Waits at the tracks", text: "for a train, or for room behind them" },
  bus_stop: { heading: "At a stop", text: "where passengers get on and off" },
  crash: { heading: "Crashed", text: "and blocks the lane until it is cleared" },
};

/** Returns the words for a limit; for one that this page does not know, the server's. */
export function limitWords(limit: string, serverText: string): LimitWords {
  return WORDS[limit] ?? { heading: "Limited by", text: serverText || limit.replaceAll("_", " ") };
}

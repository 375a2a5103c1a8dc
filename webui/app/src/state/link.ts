// The part of the address after #: the map keeps its place there (at=…), and this the time and the selection.

export interface Link {
  /** s after midnight; undefined is the present. */
  readonly time?: number;
  readonly vehicle?: number;
  readonly edge?: number;
  readonly junction?: number;
}

const NUMBERS = ["vehicle", "edge", "junction"] as const;

/** Reads a link; what makes no sense is left out. */
export function readLink(hash: string): Link {
  const fields = new Map(
    hash
      .replace(/^#/, "")
      .split("&")
      .map((part) => part.split("=", 2) as [string, string | undefined]),
  );
  const link: { -readonly [key in keyof Link]: Link[key] } = {};
  const clock = fields.get("time")?.match(/^(\d{1,4}):([0-5]\d):([0-5]\d(?:\.\d{1,3})?)$/);
  if (clock) link.time = Number(clock[1]) * 3600 + Number(clock[2]) * 60 + Number(clock[3]);
  for (const name of NUMBERS) {
    const value = fields.get(name);
    if (value !== undefined && /^\d{1,10}$/.test(value)) link[name] = Number(value);
  }
  return link;
}

/** Returns a hash with the fields of a link in place of those that it had; others, such as the place of the map, stay. */
export function writeLink(hash: string, link: Link): string {
  const others = hash
    .replace(/^#/, "")
    .split("&")
    .filter((part) => part !== "" && !["time", ...NUMBERS].includes(part.split("=", 1)[0] as string));
  const fields = NUMBERS.filter((name) => link[name] !== undefined).map((name) => `${name}=${link[name]}`);
  if (link.time !== undefined) fields.unshift(`time=${clockOf(link.time)}`);
  const parts = [...others, ...fields];
  return parts.length > 0 ? `#${parts.join("&")}` : "";
}

function clockOf(time: number): string {
  const tenths = Math.round(time * 10);
  const pad = (n: number) => n.toString().padStart(2, "0");
  const seconds = Math.floor(tenths / 10);
  const rest = tenths % 10 ? `.${tenths % 10}` : "";
  return `${pad(Math.floor(seconds / 3600))}:${pad(Math.floor(seconds / 60) % 60)}:${pad(seconds % 60)}${rest}`;
}

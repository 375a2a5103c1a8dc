import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { limitWords } from "./limits.ts";

it("has words of its own for every limit of the protocol", () => {
  const protocol = readFileSync(new URL("../../../stream/PROTOCOL.md", import.meta.url), "utf8");
  const names = protocol.match(/`(none leader [a-z_ ]+)`/)?.[1]?.split(" ") ?? [];
  expect(names.length).toBeGreaterThan(8);
  for (const name of names) expect(limitWords(name, "the server's words").text, name).not.toBe("the server's words");
});

it("takes the server's words for one it does not know", () => {
  expect(limitWords("fog_bank", "fog").text).toBe("fog");
  expect(limitWords("fog_bank", "").text).toBe("fog bank");
});

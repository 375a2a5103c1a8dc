import { expect, it } from "vitest";
import { forgetToken, takeToken } from "./token.ts";

function memory(): Storage {
  const items = new Map<string, string>();
  return {
    getItem: (key: string) => items.get(key) ?? null,
    setItem: (key: string, value: string) => items.set(key, value),
    removeItem: (key: string) => items.delete(key),
  } as unknown as Storage;
}

it("takes the token out of the address and keeps it for the tab", () => {
  const storage = memory();
  let shown = "";
  const history = { state: null, replaceState: (_: unknown, __: string, url: URL) => (shown = url.href) };
  const open = (href: string) => takeToken({ href } as Location, history as unknown as History, storage);

  expect(open("http://localhost:8080/")).toBeNull();
  expect(open("http://localhost:8080/?token=9f2c&theme=dark#here")).toBe("9f2c");
  expect(shown).toBe("http://localhost:8080/?theme=dark#here");
  expect(open("http://localhost:8080/")).toBe("9f2c");
  forgetToken(storage);
  expect(open("http://localhost:8080/")).toBeNull();
});

import { expect, it } from "vitest";
import { PARTS, partsOf } from "./wall.ts";

it("shows what the address asks for, else all", () => {
  expect(partsOf("?show=queues,figures")).toEqual(["figures", "queues"]);
  expect(partsOf("?show=nothing")).toEqual(PARTS);
  expect(partsOf("")).toEqual(PARTS);
});

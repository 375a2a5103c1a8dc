import { expect, it } from "vitest";
import type { Mark } from "../protocol/messages.ts";
import { nearest, neighbours } from "./marks.ts";

const marks = [100, 200, 200.2, 300].map((time, id) => ({ id, time, kind: "jam", text: "" }) as Mark);

it("finds the marks before and after a time, not the one it is at", () => {
  const { before, after } = neighbours(marks, 200);
  expect([before?.id, after?.id]).toEqual([0, 3]);
  expect(neighbours(marks, 50).before).toBeUndefined();
  expect(neighbours(marks, 300).after).toBeUndefined();
});

it("finds the mark nearest to a time within reach", () => {
  expect(nearest(marks, 120, 30)?.id).toBe(0);
  expect(nearest(marks, 150, 30)).toBeUndefined();
});

import { validateStyleMin } from "@maplibre/maplibre-gl-style-spec";
import type { StyleSpecification } from "maplibre-gl";
import { describe, expect, it, vi } from "vitest";
import type { Info } from "../protocol/messages.ts";
import { DARK, LIGHT, type Palette } from "./palette.ts";
import { buildLayers, buildStyle, CONDITION_LAYERS, conditionOpacity, LAYER_ABOVE_TRAFFIC } from "./style.ts";

const info = {
  center: [-75.55, 39.745],
  driving_side: "right",
  conditions: Object.keys(LIGHT.conditions),
  tiles: { url: "/tiles/{z}/{x}/{y}.mvt", minzoom: 10, maxzoom: 16 },
} as unknown as Info;

describe.each([
  ["light", LIGHT],
  ["dark", DARK],
] as [string, Palette][])("the %s style", (_, palette) => {
  it("is valid, with everything from the page's own address", () => {
    vi.stubGlobal("document", { baseURI: "http://localhost:8080/" });
    const style: StyleSpecification = buildStyle(info, palette);
    expect(validateStyleMin(style as never).map((error) => error.message)).toEqual([]);
    const addresses = JSON.stringify(style).match(/https?:\/\/[^/"]+/g) ?? [];
    expect(new Set(addresses)).toEqual(new Set(["http://localhost:8080"]));
    expect(style).not.toHaveProperty("glyphs");
    expect(style).not.toHaveProperty("sprite");
    vi.unstubAllGlobals();
  });
});

it("has the layer below which the traffic goes", () => {
  expect(buildLayers(LIGHT, info).map(({ id }) => id)).toContain(LAYER_ABOVE_TRAFFIC);
});

it("hides what lies on the roads until it is asked for", () => {
  for (const id of CONDITION_LAYERS) {
    const layer = buildLayers(LIGHT, info).find((each) => each.id === id);
    expect(layer?.paint).toMatchObject({ "line-opacity": 0 });
    expect(conditionOpacity(id, true)).not.toBe(0);
  }
  expect(Object.keys(DARK.conditions)).toEqual(Object.keys(LIGHT.conditions));
});

/** Relative luminance and contrast as WCAG 2.2 defines them. */
function contrast(a: string, b: string): number {
  const luminance = (hex: string) => {
    const [r, g, b] = [1, 3, 5].map((at) => {
      const c = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
      return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
    }) as [number, number, number];
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const [dark, light] = [luminance(a), luminance(b)].sort((x, y) => x - y) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

it.each([
  ["light", LIGHT],
  ["dark", DARK],
] as [string, Palette][])("has readable names on the %s map (WCAG 1.4.3, 4.5 : 1)", (_, palette) => {
  for (const ground of [palette.land, palette.road, palette.building, palette.labelHalo]) {
    expect(contrast(palette.label, ground), `label on ${ground}`).toBeGreaterThanOrEqual(4.5);
  }
});

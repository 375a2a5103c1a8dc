// The font of the map's labels. MapLibre draws the glyphs itself from these files (style property font-faces), so no
// glyph server is needed; characters that they do not cover come from the browser's own fonts.

import latin500 from "@fontsource/barlow/files/barlow-latin-500-normal.woff2?url";
import latin600 from "@fontsource/barlow/files/barlow-latin-600-normal.woff2?url";
import latinExt500 from "@fontsource/barlow/files/barlow-latin-ext-500-normal.woff2?url";
import latinExt600 from "@fontsource/barlow/files/barlow-latin-ext-600-normal.woff2?url";
import ranges from "@fontsource/barlow/unicode.json";
import type { StyleSpecification } from "maplibre-gl";

export const LABEL_FONT = ["Barlow Medium", "sans-serif"];
export const STRONG_LABEL_FONT = ["Barlow SemiBold", "sans-serif"];

const face = (url: string, range: string) => ({
  url: new URL(url, document.baseURI).href,
  "unicode-range": range.split(","),
});

export function fontFaces(): NonNullable<StyleSpecification["font-faces"]> {
  return {
    "Barlow Medium": [face(latin500, ranges.latin), face(latinExt500, ranges["latin-ext"])],
    "Barlow SemiBold": [face(latin600, ranges.latin), face(latinExt600, ranges["latin-ext"])],
  };
}

import type { GeoJSONSource, Map as MapLibreMap } from "maplibre-gl";
import type { RoadConditions } from "../protocol/messages.ts";
import { BASE_SOURCE, SPILL_SOURCE } from "./style.ts";

/** Shows what lies on the roads: as the state of the features of the tiles' layer `edges`, and the spills as lines. */
export class ConditionLayer {
  private readonly map: MapLibreMap;
  private shown: Uint8Array = new Uint8Array();

  constructor(map: MapLibreMap) {
    this.map = map;
  }

  /** Takes over the conditions; only edges on which something has changed are touched. */
  update({ edges, spills }: RoadConditions) {
    edges.forEach((condition, edge) => {
      if (condition === (this.shown[edge] ?? 0)) return;
      this.map.setFeatureState({ source: BASE_SOURCE, sourceLayer: "edges", id: edge }, { condition });
    });
    this.shown = edges;
    this.map.getSource<GeoJSONSource>(SPILL_SOURCE)?.setData(spills as Parameters<GeoJSONSource["setData"]>[0]);
  }

  /** Says that the map has forgotten everything. */
  forget() {
    this.shown = new Uint8Array();
  }
}

import type { Map as MapLibreMap } from "maplibre-gl";
import type { EdgeFrame } from "../protocol/frame.ts";
import { BASE_SOURCE } from "./style.ts";

/** Shows the load of edges, from afar: as the state of the features of the tiles' layer `edges`. */
export class EdgeLoads {
  private readonly map: MapLibreMap;
  private loaded = new Set<number>();

  constructor(map: MapLibreMap) {
    this.map = map;
  }

  update({ edges }: EdgeFrame) {
    const before = this.loaded;
    this.loaded = new Set();
    for (const { edge, vehicles, relativeSpeed } of edges) {
      this.map.setFeatureState(feature(edge), { vehicles, speed: relativeSpeed });
      this.loaded.add(edge);
      before.delete(edge);
    }
    for (const edge of before) this.map.setFeatureState(feature(edge), { vehicles: 0, speed: 1 });
  }
}

const feature = (id: number) => ({ source: BASE_SOURCE, sourceLayer: "edges", id });

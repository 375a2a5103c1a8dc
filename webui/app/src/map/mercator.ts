// Web mercator in its unit square: x 0 … 1 from west to east, y 0 … 1 from north to south.

/** Circumference of the sphere of web mercator, m (2π · 6378137). */
export const EARTH_CIRCUMFERENCE = 40075016.68557849;

export function mercatorX(lng: number): number {
  return (lng + 180) / 360;
}

export function mercatorY(lat: number): number {
  const sin = Math.sin((lat * Math.PI) / 180);
  return 0.5 - Math.log((1 + sin) / (1 - sin)) / (4 * Math.PI);
}

export function lngOf(x: number): number {
  return x * 360 - 180;
}

export function latOf(y: number): number {
  return (Math.atan(Math.sinh(Math.PI * (1 - 2 * y))) * 180) / Math.PI;
}

/**
 * A flat frame of metres around an origin: x east, y south, as the mercator square has them. It is web mercator scaled by
 * what a metre is at the origin, and so lies exactly on the tiles; a local projection would be metres off within a town.
 */
export class LocalFrame {
  readonly originX: number;
  readonly originY: number;
  /** Mercator units a metre, at the origin's latitude. */
  readonly unitsPerMetre: number;

  constructor(lng: number, lat: number) {
    this.originX = mercatorX(lng);
    this.originY = mercatorY(lat);
    this.unitsPerMetre = 1 / (EARTH_CIRCUMFERENCE * Math.cos((lat * Math.PI) / 180));
  }

  /** Metres east of the origin. */
  east(mercX: number): number {
    return (mercX - this.originX) / this.unitsPerMetre;
  }

  /** Metres south of the origin. */
  south(mercY: number): number {
    return (mercY - this.originY) / this.unitsPerMetre;
  }

  lngLat(east: number, south: number): [number, number] {
    return [lngOf(this.originX + east * this.unitsPerMetre), latOf(this.originY + south * this.unitsPerMetre)];
  }

  /**
   * Returns `matrix` (column-major 4×4, from the mercator square to clip space) for positions in this frame. Computed in
   * 64 bits: in the 32 of the GPU a vehicle would shake by metres.
   */
  clipMatrix(matrix: ArrayLike<number>): Float32Array {
    const scaled = new Float64Array(16);
    for (let row = 0; row < 4; row++) {
      const at = (column: number) => matrix[column * 4 + row] ?? 0;
      scaled[row] = at(0) * this.unitsPerMetre;
      scaled[4 + row] = at(1) * this.unitsPerMetre;
      scaled[8 + row] = at(2);
      scaled[12 + row] = at(0) * this.originX + at(1) * this.originY + at(3);
    }
    return Float32Array.from(scaled);
  }
}

// The vehicles: one instanced draw call a frame. What moved is uploaded when a picture arrives, ten times a second;
// between two pictures only the uniform u_progress changes.

import type { CustomLayerInterface, CustomRenderMethodInput, Map as MapLibreMap } from "maplibre-gl";
import { type Fleet, STRIDE } from "../traffic/fleet.ts";
import { createProgram, instancedFloats, rgb, uniformLocations } from "./gl.ts";
import type { Palette } from "./palette.ts";
import { pixelsPerMetre } from "./scale.ts";
import { CLASS_COLOURS, VEHICLE_FRAGMENT, VEHICLE_VERTEX } from "./vehicle_shader.ts";

export type ColourBy = "speed" | "class";

/** The speed at the upper end of the colour ramp: 50 km/h, the usual limit in towns. */
export const FAST = 50 / 3.6;

const UNIFORMS = [
  "u_matrix",
  "u_progress",
  "u_pixels_per_metre",
  "u_least",
  "u_fast",
  "u_by_class",
  "u_speed_colours",
  "u_class_colours",
  "u_outline",
  "u_selection",
  "u_glass",
  "u_blink",
  "u_device_pixels",
] as const;

/** Half a period of indicators, ms: 90 blinks a minute (UNECE R48 §6.5.9 wants 60 to 120). */
const BLINK_MS = 333;

interface Resources {
  readonly program: WebGLProgram;
  readonly uniforms: Record<(typeof UNIFORMS)[number], WebGLUniformLocation | null>;
  readonly vertices: WebGLVertexArrayObject;
  readonly buffer: WebGLBuffer;
}

export class VehicleLayer implements CustomLayerInterface {
  readonly id = "vehicles";
  readonly type = "custom" as const;
  readonly renderingMode = "2d" as const;

  colourBy: ColourBy = "speed";
  palette: Palette;
  /** Number of times the map has drawn this layer, and vehicles drawn the last time. */
  framesDrawn = 0;
  vehiclesDrawn = 0;

  private readonly fleet: Fleet;
  private map: MapLibreMap | undefined;
  private resources: Resources | undefined;
  private uploaded = -1;
  private capacity = 0;

  constructor(fleet: Fleet, palette: Palette) {
    this.fleet = fleet;
    this.palette = palette;
  }

  onAdd(map: MapLibreMap, gl: WebGL2RenderingContext) {
    this.map = map;
    const program = createProgram(gl, VEHICLE_VERTEX, VEHICLE_FRAGMENT);
    const vertices = gl.createVertexArray();
    const buffer = gl.createBuffer();
    gl.bindVertexArray(vertices);
    gl.bindBuffer(gl.ARRAY_BUFFER, buffer);
    instancedFloats(gl, STRIDE, [
      { location: 0, size: 4, offset: 0 },
      { location: 1, size: 2, offset: 4 },
      { location: 2, size: 2, offset: 6 },
      { location: 3, size: 4, offset: 8 },
    ]);
    gl.bindVertexArray(null);
    this.resources = { program, uniforms: uniformLocations(gl, program, UNIFORMS), vertices, buffer };
    this.uploaded = -1;
    this.capacity = 0;
  }

  onRemove(_map: MapLibreMap, gl: WebGL2RenderingContext) {
    if (!this.resources) return;
    gl.deleteProgram(this.resources.program);
    gl.deleteVertexArray(this.resources.vertices);
    gl.deleteBuffer(this.resources.buffer);
    this.resources = undefined;
  }

  render(gl: WebGL2RenderingContext, { defaultProjectionData }: CustomRenderMethodInput) {
    if (!this.map || !this.resources) return;
    const now = performance.now();
    const progress = this.fleet.progress(now);
    this.framesDrawn++;
    this.vehiclesDrawn = this.fleet.count;
    if (this.fleet.count > 0) {
      gl.useProgram(this.resources.program);
      gl.bindVertexArray(this.resources.vertices);
      this.upload(gl, this.resources.buffer);
      this.setUniforms(gl, this.resources.uniforms, defaultProjectionData.mainMatrix, progress, now);
      gl.drawArraysInstanced(gl.TRIANGLE_STRIP, 0, 4, this.fleet.count);
      gl.bindVertexArray(null);
    }
    if (progress < 1) this.map.triggerRepaint();
  }

  private upload(gl: WebGL2RenderingContext, buffer: WebGLBuffer) {
    if (this.uploaded === this.fleet.revision) return;
    this.uploaded = this.fleet.revision;
    gl.bindBuffer(gl.ARRAY_BUFFER, buffer);
    const floats = this.fleet.count * STRIDE;
    if (floats > this.capacity) {
      this.capacity = this.fleet.data.length;
      gl.bufferData(gl.ARRAY_BUFFER, this.capacity * 4, gl.DYNAMIC_DRAW);
    }
    gl.bufferSubData(gl.ARRAY_BUFFER, 0, this.fleet.data, 0, floats);
  }

  private setUniforms(
    gl: WebGL2RenderingContext,
    at: Resources["uniforms"],
    matrix: ArrayLike<number>,
    progress: number,
    now: number,
  ) {
    const map = this.map as MapLibreMap;
    const { vehicles } = this.palette;
    gl.uniformMatrix4fv(at.u_matrix, false, this.fleet.frame.clipMatrix(matrix));
    gl.uniform1f(at.u_progress, progress);
    gl.uniform1f(at.u_pixels_per_metre, pixelsPerMetre(map.getZoom(), map.getCenter().lat));
    const small = map.getZoom() < 14.5;
    gl.uniform2f(at.u_least, small ? 4.5 : 6.5, small ? 3 : 3.5);
    gl.uniform1f(at.u_fast, FAST);
    gl.uniform1i(at.u_by_class, this.colourBy === "class" ? 1 : 0);
    gl.uniform3fv(at.u_speed_colours, vehicles.speed.flatMap(rgb));
    gl.uniform3fv(
      at.u_class_colours,
      Array.from({ length: CLASS_COLOURS }, (_, i) => rgb(vehicles.classes[i] ?? "#888888")).flat(),
    );
    gl.uniform3fv(at.u_outline, rgb(vehicles.outline));
    gl.uniform3fv(at.u_selection, rgb(this.palette.selection));
    gl.uniform3fv(at.u_glass, rgb(vehicles.glass));
    gl.uniform1f(at.u_device_pixels, map.getPixelRatio());
    gl.uniform1f(at.u_blink, Math.floor(now / BLINK_MS) % 2);
  }
}

// The signal heads: a bar across each lane at its stop line, in the colour that its group shows.

import type { CustomLayerInterface, CustomRenderMethodInput, Map as MapLibreMap } from "maplibre-gl";
import type { SignalState } from "../traffic/signal_state.ts";
import { createProgram, instancedFloats, rgb, uniformLocations } from "./gl.ts";
import type { LocalFrame } from "./mercator.ts";
import { mercatorX, mercatorY } from "./mercator.ts";
import type { Palette } from "./palette.ts";
import { pixelsPerMetre } from "./scale.ts";
import { ASPECT, SIGNAL_FRAGMENT, SIGNAL_VERTEX } from "./signal_shader.ts";

/** A signal head as /api/network/signals describes it. */
export interface SignalHead {
  readonly lng: number;
  readonly lat: number;
  readonly group: number;
  /** Degrees clockwise from north. */
  readonly heading: number;
  /** Width of the lane, m. */
  readonly width: number;
  readonly slot: number;
  readonly slots: number;
}

/** Heads appear between these zooms. */
const FADE_FROM = 15.5;
const FADE_TO = 16.3;

const HEAD_FLOATS = 6;
const BLINK_MS = 500;

const UNIFORMS = [
  "u_matrix",
  "u_pixels_per_metre",
  "u_red",
  "u_amber",
  "u_green",
  "u_off",
  "u_casing",
  "u_opacity",
  "u_blink",
  "u_device_pixels",
] as const;

interface Resources {
  readonly program: WebGLProgram;
  readonly uniforms: Record<(typeof UNIFORMS)[number], WebGLUniformLocation | null>;
  readonly vertices: WebGLVertexArrayObject;
  readonly heads: WebGLBuffer;
  readonly aspects: WebGLBuffer;
}

export class SignalLayer implements CustomLayerInterface {
  readonly id = "signals";
  readonly type = "custom" as const;
  readonly renderingMode = "2d" as const;

  palette: Palette;
  private readonly signals: SignalState;
  private readonly frame: LocalFrame;
  private heads: readonly SignalHead[] = [];
  private headsChanged = false;
  private uploaded = -1;
  private map: MapLibreMap | undefined;
  private resources: Resources | undefined;

  constructor(signals: SignalState, frame: LocalFrame, palette: Palette) {
    this.signals = signals;
    this.frame = frame;
    this.palette = palette;
  }

  setHeads(heads: readonly SignalHead[]) {
    this.heads = heads;
    this.headsChanged = true;
    this.uploaded = -1;
    this.map?.triggerRepaint();
  }

  onAdd(map: MapLibreMap, gl: WebGL2RenderingContext) {
    this.map = map;
    const program = createProgram(gl, SIGNAL_VERTEX, SIGNAL_FRAGMENT);
    const vertices = gl.createVertexArray();
    const heads = gl.createBuffer();
    const aspects = gl.createBuffer();
    gl.bindVertexArray(vertices);
    gl.bindBuffer(gl.ARRAY_BUFFER, heads);
    instancedFloats(gl, HEAD_FLOATS, [
      { location: 0, size: 4, offset: 0 },
      { location: 1, size: 2, offset: 4 },
    ]);
    gl.bindBuffer(gl.ARRAY_BUFFER, aspects);
    instancedFloats(gl, 1, [{ location: 2, size: 1, offset: 0 }]);
    gl.bindVertexArray(null);
    this.resources = { program, uniforms: uniformLocations(gl, program, UNIFORMS), vertices, heads, aspects };
    this.headsChanged = true;
    this.uploaded = -1;
  }

  onRemove(_map: MapLibreMap, gl: WebGL2RenderingContext) {
    if (!this.resources) return;
    gl.deleteProgram(this.resources.program);
    gl.deleteVertexArray(this.resources.vertices);
    gl.deleteBuffer(this.resources.heads);
    gl.deleteBuffer(this.resources.aspects);
    this.resources = undefined;
  }

  render(gl: WebGL2RenderingContext, { defaultProjectionData }: CustomRenderMethodInput) {
    if (!this.map || !this.resources || this.heads.length === 0) return;
    const zoom = this.map.getZoom();
    const opacity = Math.min(Math.max((zoom - FADE_FROM) / (FADE_TO - FADE_FROM), 0), 1);
    if (opacity === 0) return;
    const { program, uniforms: at, vertices } = this.resources;
    gl.useProgram(program);
    gl.bindVertexArray(vertices);
    this.upload(gl);
    const { signals } = this.palette;
    gl.uniformMatrix4fv(at.u_matrix, false, this.frame.clipMatrix(defaultProjectionData.mainMatrix));
    gl.uniform1f(at.u_pixels_per_metre, pixelsPerMetre(zoom, this.map.getCenter().lat));
    gl.uniform3fv(at.u_red, rgb(signals.red));
    gl.uniform3fv(at.u_amber, rgb(signals.amber));
    gl.uniform3fv(at.u_green, rgb(signals.green));
    gl.uniform3fv(at.u_off, rgb(signals.off));
    gl.uniform3fv(at.u_casing, rgb(signals.casing));
    gl.uniform1f(at.u_opacity, opacity);
    gl.uniform1f(at.u_blink, Math.floor(performance.now() / BLINK_MS) % 2);
    gl.uniform1f(at.u_device_pixels, this.map.getPixelRatio());
    gl.drawArraysInstanced(gl.TRIANGLE_STRIP, 0, 4, this.heads.length);
    gl.bindVertexArray(null);
  }

  private upload(gl: WebGL2RenderingContext) {
    const { heads, aspects } = this.resources as Resources;
    if (this.headsChanged) {
      this.headsChanged = false;
      const data = this.heads.flatMap((head) => [
        this.frame.east(mercatorX(head.lng)),
        this.frame.south(mercatorY(head.lat)),
        (head.heading * Math.PI) / 180,
        head.width,
        head.slot,
        head.slots,
      ]);
      gl.bindBuffer(gl.ARRAY_BUFFER, heads);
      gl.bufferData(gl.ARRAY_BUFFER, Float32Array.from(data), gl.STATIC_DRAW);
    }
    if (this.uploaded !== this.signals.revision) {
      this.uploaded = this.signals.revision;
      const shown = Float32Array.from(this.heads, (head) => this.signals.aspect(head.group) ?? ASPECT.off);
      gl.bindBuffer(gl.ARRAY_BUFFER, aspects);
      gl.bufferData(gl.ARRAY_BUFFER, shown, gl.DYNAMIC_DRAW);
    }
  }
}

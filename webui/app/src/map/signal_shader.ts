// The GLSL of the signal layer. One instance is one signal head: a bar across its share of the lane, at the stop line.

import { CORNERS } from "./gl.ts";

/** Aspects in the order in which shaders count them; see ASPECT_NAMES of signal_layer.ts. */
export const ASPECT = { off: 0, red: 1, redAmber: 2, green: 3, amber: 4, flashingAmber: 5 } as const;

export const SIGNAL_VERTEX = `#version 300 es
precision highp float;

layout(location = 0) in vec4 a_head;   // east, south (m), heading (rad clockwise from north), width of the lane (m)
layout(location = 1) in vec2 a_slot;   // which share of the lane from the left, of how many
layout(location = 2) in float a_aspect;

uniform mat4 u_matrix;
uniform float u_pixels_per_metre;

out vec2 v_place;                      // pixels: x ahead, y to the right
flat out vec2 v_half;
flat out int v_aspect;

${CORNERS}

void main() {
  vec2 ahead = vec2(sin(a_head.z), -cos(a_head.z));
  vec2 right = vec2(cos(a_head.z), sin(a_head.z));
  float share = a_head.w / a_slot.y;
  float aside = (a_slot.x - (a_slot.y - 1.0) * 0.5) * share;
  float across = share * u_pixels_per_metre;
  v_half = vec2(clamp(0.32 * u_pixels_per_metre, 1.6, 5.0), max(across * 0.43, 1.9));
  v_place = CORNERS[gl_VertexID] * (v_half + 2.5);
  v_aspect = int(a_aspect);
  vec2 at = a_head.xy + right * aside + (ahead * v_place.x + right * v_place.y) / u_pixels_per_metre;
  gl_Position = u_matrix * vec4(at, 0.0, 1.0);
}`;

export const SIGNAL_FRAGMENT = `#version 300 es
precision highp float;

in vec2 v_place;
flat in vec2 v_half;
flat in int v_aspect;

uniform vec3 u_red;
uniform vec3 u_amber;
uniform vec3 u_green;
uniform vec3 u_off;
uniform vec3 u_casing;
uniform float u_opacity;
uniform float u_blink;
uniform float u_device_pixels;

out vec4 colour;

float box(vec2 p, vec2 half_size, float radius) {
  vec2 q = abs(p) - half_size + radius;
  return length(max(q, 0.0)) + min(max(q.x, q.y), 0.0) - radius;
}

float cover(float signed_distance) { return clamp(0.5 - signed_distance * u_device_pixels, 0.0, 1.0); }

void main() {
  float radius = min(v_half.x, v_half.y) * 0.7;
  float bar = box(v_place, v_half, radius);
  float casing = bar - 1.1;
  // The bar is closed at red, open in the middle at green, and two dots apart at amber.
  float gap = 0.0;
  if (v_half.y > 4.0) {
    if (v_aspect == ${ASPECT.green}) gap = v_half.y * 0.52;
    if (v_aspect == ${ASPECT.amber} || v_aspect == ${ASPECT.flashingAmber}) gap = v_half.y * 0.2;
  }
  float open = gap - abs(v_place.y);
  if (gap > 0.0) {
    bar = max(bar, open);
    casing = max(casing, open - 1.1);
  }
  vec3 lamp = u_off;
  if (v_aspect == ${ASPECT.red}) lamp = u_red;
  if (v_aspect == ${ASPECT.redAmber}) lamp = v_place.y < 0.0 ? u_red : u_amber;
  if (v_aspect == ${ASPECT.green}) lamp = u_green;
  if (v_aspect == ${ASPECT.amber}) lamp = u_amber;
  if (v_aspect == ${ASPECT.flashingAmber}) lamp = mix(u_off, u_amber, u_blink);
  float inside = cover(bar);
  float rim = cover(casing) * 0.75;
  vec4 drawn = vec4(u_casing * rim, rim);
  drawn = vec4(lamp * inside, inside) + drawn * (1.0 - inside);
  colour = drawn * u_opacity;
  if (colour.a < 0.004) discard;
}`;

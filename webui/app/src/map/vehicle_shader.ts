// The GLSL of the vehicle layer. One instance is one vehicle: a box drawn backwards from its front bumper.

import { VehicleFlag } from "../protocol/frame.ts";
import { CORNERS } from "./gl.ts";

/** Lengths of the uniform arrays of colours: of the speed ramp, and of the classes. */
export const SPEED_COLOURS = 5;
export const CLASS_COLOURS = 8;

export const VEHICLE_VERTEX = `#version 300 es
precision highp float;

layout(location = 0) in vec4 a_path;    // front bumper before and now: east, south, east, south (m)
layout(location = 1) in vec2 a_heading; // before and now, rad clockwise from north
layout(location = 2) in vec2 a_size;    // length, width (m)
layout(location = 3) in vec4 a_state;   // speed (m/s), class, flags, selected

uniform mat4 u_matrix;          // metres to clip space
uniform float u_progress;       // 0 before … 1 now
uniform float u_pixels_per_metre;
uniform vec2 u_least;           // smallest length and width, pixels
uniform float u_fast;           // the speed at the upper end of the ramp, m/s
uniform bool u_by_class;
uniform vec3 u_speed_colours[${SPEED_COLOURS}];
uniform vec3 u_class_colours[${CLASS_COLOURS}];

out vec2 v_place;               // in the box, pixels: x ahead of the middle, y to the right
flat out vec2 v_half;           // half length and width, pixels
flat out vec3 v_colour;
flat out int v_flags;
flat out int v_class;
flat out float v_selected;

${CORNERS}
const float MARGIN = 7.0;       // pixels around the box for lights and the ring of the selection

vec3 speedColour(float speed) {
  float at = clamp(speed / u_fast, 0.0, 1.0) * float(${SPEED_COLOURS - 1});
  int below = min(int(at), ${SPEED_COLOURS - 2});
  return mix(u_speed_colours[below], u_speed_colours[below + 1], at - float(below));
}

void main() {
  float heading = mix(a_heading.x, a_heading.y, u_progress);
  vec2 ahead = vec2(sin(heading), -cos(heading));
  vec2 right = vec2(cos(heading), sin(heading));
  vec2 middle = mix(a_path.xy, a_path.zw, u_progress) - ahead * a_size.x * 0.5;

  float bigger = a_state.w > 0.5 ? 1.5 : 1.0;
  v_half = max(a_size * u_pixels_per_metre, u_least * bigger) * 0.5;
  v_place = CORNERS[gl_VertexID] * (v_half + MARGIN);
  v_class = int(a_state.y);
  v_flags = int(a_state.z);
  v_selected = a_state.w;
  v_colour = u_by_class ? u_class_colours[v_class] : speedColour(a_state.x);

  vec2 at = middle + (ahead * v_place.x + right * v_place.y) / u_pixels_per_metre;
  gl_Position = u_matrix * vec4(at, 0.0, 1.0);
}`;

export const VEHICLE_FRAGMENT = `#version 300 es
precision highp float;

in vec2 v_place;
flat in vec2 v_half;
flat in vec3 v_colour;
flat in int v_flags;
flat in int v_class;
flat in float v_selected;

uniform vec3 u_outline;
uniform vec3 u_selection;
uniform vec3 u_glass;
uniform float u_blink;          // 0 or 1
uniform float u_device_pixels;  // screen pixels a CSS pixel

out vec4 colour;

const vec3 BRAKE = vec3(0.90, 0.02, 0.12);
const vec3 BRAKE_LAMP = vec3(1.0, 0.25, 0.30);
const vec3 INDICATOR = vec3(1.0, 0.66, 0.0);
const vec3 CRASH = vec3(0.78, 0.10, 0.62);
const int BUS = 2;
const int ARTICULATED = 4;
const int MOTORCYCLE = 5;

// Signed distance in pixels to a box with rounded corners around the origin.
float box(vec2 p, vec2 half_size, float radius) {
  vec2 q = abs(p) - half_size + radius;
  return length(max(q, 0.0)) + min(max(q.x, q.y), 0.0) - radius;
}

// How much of a screen pixel lies inside of a shape.
float cover(float signed_distance) { return clamp(0.5 - signed_distance * u_device_pixels, 0.0, 1.0); }

void paint(inout vec4 under, vec3 rgb, float alpha) {
  under = vec4(rgb * alpha, alpha) + under * (1.0 - alpha);
}

bool flag(int bit) { return (v_flags & bit) != 0; }

// Windscreen, rear window, and the joint of an articulated lorry, where there are pixels for them.
void paintDetails(inout vec4 body, float inside) {
  float detail = smoothstep(14.0, 26.0, v_half.x * 2.0) * smoothstep(5.0, 9.0, v_half.y * 2.0) * inside;
  if (detail <= 0.0 || v_class == MOTORCYCLE) return;
  bool lorry = v_class == 3 || v_class == ARTICULATED;
  float width = v_half.y * 0.80;
  float screen_at = v_class == BUS ? 0.93 : lorry ? 0.90 : 0.36;
  float screen = v_class == BUS || lorry ? v_half.x * 0.035 : v_half.x * 0.13;
  paint(body, u_glass, 0.85 * detail * cover(box(v_place - vec2(v_half.x * screen_at, 0.0), vec2(screen, width), screen * 0.6)));
  if (v_class <= 1) {
    paint(body, u_glass, 0.7 * detail * cover(box(v_place + vec2(v_half.x * 0.68, 0.0), vec2(v_half.x * 0.08, width * 0.9), 1.0)));
  }
  if (v_class == ARTICULATED) {
    paint(body, u_outline, 0.9 * detail * cover(abs(v_place.x - v_half.x * 0.66) - v_half.x * 0.022));
  } else if (v_class == 3) {
    paint(body, u_outline, 0.6 * detail * cover(abs(v_place.x - v_half.x * 0.55) - 0.5));
  }
}

void paintLights(inout vec4 body, float inside) {
  float detail = smoothstep(9.0, 16.0, v_half.x * 2.0);
  if (flag(${VehicleFlag.braking})) {
    // From afar the whole rear, near by two lamps with a glow around them.
    float rear = smoothstep(-0.66, -0.82, v_place.x / v_half.x) * inside;
    paint(body, BRAKE, rear * (1.0 - detail));
    vec2 off = vec2(v_place.x + v_half.x * 0.97, abs(v_place.y) - v_half.y * 0.66);
    float reach = max(2.0, v_half.y * 0.38);
    paint(body, BRAKE, detail * 0.7 * exp(-dot(off, off) / (reach * reach)));
    float lamp = box(off, vec2(max(0.9, v_half.y * 0.12), max(1.2, v_half.y * 0.26)), 0.8);
    paint(body, BRAKE_LAMP, detail * cover(lamp));
  }
  bool left = flag(${VehicleFlag.indicatingLeft}) || flag(${VehicleFlag.crashed});
  bool right = flag(${VehicleFlag.indicatingRight}) || flag(${VehicleFlag.crashed});
  if ((left && v_place.y < 0.0 || right && v_place.y > 0.0) && u_blink > 0.5) {
    float lamp = length(abs(v_place) - vec2(v_half.x * 0.92, v_half.y * 0.85));
    paint(body, INDICATOR, detail * exp(-lamp * lamp / max(1.5, v_half.y * v_half.y * 0.12)));
  }
}

void main() {
  float radius = min(v_half.y * (v_class == BUS || v_class >= 3 ? 0.35 : 0.62), 6.0);
  float edge = box(v_place, v_half, radius);
  float inside = cover(edge);
  vec3 body_colour = flag(${VehicleFlag.crashed}) ? CRASH : v_colour;
  colour = vec4(0.0);
  if (v_selected > 0.5) {
    paint(colour, u_selection, 0.28 * cover(box(v_place, v_half + 6.0, radius + 6.0)));
    paint(colour, u_selection, cover(abs(box(v_place, v_half + 4.5, radius + 4.5)) - 1.0));
  }
  float rim = smoothstep(2.0, 6.0, v_half.y * 2.0);
  paint(colour, u_outline, cover(edge - 0.9) * mix(0.45, 0.85, rim));
  paint(colour, body_colour, inside);
  paintDetails(colour, inside);
  paintLights(colour, inside);
  if (flag(${VehicleFlag.atTyreLimit})) {
    paint(colour, CRASH, cover(abs(box(v_place, v_half + 2.5, radius + 2.5)) - 0.8));
  }
  if (colour.a < 0.004) discard;
}`;

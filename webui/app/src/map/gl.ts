// The little of WebGL2 that the two hand-written layers share.

/** Compiles and links a program. Throws what the compiler says if it does not. */
export function createProgram(gl: WebGL2RenderingContext, vertex: string, fragment: string): WebGLProgram {
  const program = gl.createProgram();
  for (const [type, source] of [
    [gl.VERTEX_SHADER, vertex],
    [gl.FRAGMENT_SHADER, fragment],
  ] as const) {
    const shader = gl.createShader(type);
    if (!shader) throw new Error("the browser has no WebGL2 context any more");
    gl.shaderSource(shader, source);
    gl.compileShader(shader);
    if (!gl.getShaderParameter(shader, gl.COMPILE_STATUS) && !gl.isContextLost()) {
      throw new Error(`shader: ${gl.getShaderInfoLog(shader)}`);
    }
    gl.attachShader(program, shader);
    gl.deleteShader(shader);
  }
  gl.linkProgram(program);
  if (!gl.getProgramParameter(program, gl.LINK_STATUS) && !gl.isContextLost()) {
    throw new Error(`program: ${gl.getProgramInfoLog(program)}`);
  }
  return program;
}

/** Looks the uniforms of a program up once. */
export function uniformLocations<Name extends string>(
  gl: WebGL2RenderingContext,
  program: WebGLProgram,
  names: readonly Name[],
): Record<Name, WebGLUniformLocation | null> {
  const found = names.map((name) => [name, gl.getUniformLocation(program, name)] as const);
  return Object.fromEntries(found) as Record<Name, WebGLUniformLocation | null>;
}

/** Declares float attributes of the bound buffer, one value an instance. */
export function instancedFloats(
  gl: WebGL2RenderingContext,
  strideFloats: number,
  attributes: readonly { readonly location: number; readonly size: number; readonly offset: number }[],
) {
  for (const { location, size, offset } of attributes) {
    gl.enableVertexAttribArray(location);
    gl.vertexAttribPointer(location, size, gl.FLOAT, false, strideFloats * 4, offset * 4);
    gl.vertexAttribDivisor(location, 1);
  }
}

/** An RGB colour with components 0 … 1, from "#rrggbb". */
export function rgb(hex: string): [number, number, number] {
  const value = Number.parseInt(hex.slice(1), 16);
  return [((value >> 16) & 255) / 255, ((value >> 8) & 255) / 255, (value & 255) / 255];
}

/** The corners of a box, two triangles as a strip, for shaders that place it themselves. */
export const CORNERS = `const vec2 CORNERS[4] = vec2[4](vec2(-1, -1), vec2(1, -1), vec2(-1, 1), vec2(1, 1));`;

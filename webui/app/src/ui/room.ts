/** Whether the screen has room for open panels from the start. */
export function roomy(): boolean {
  return window.matchMedia("(min-width: 900px) and (min-height: 600px)").matches;
}

import { render } from "preact";
import { startTheme } from "./state/theme.ts";
import "./styles/main.css";

function element(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (!found) throw new Error(`the page has no element #${id}`);
  return found;
}

startTheme();
if (/\/dashboard$/.test(window.location.pathname)) showDashboard();
else showMap();

async function showMap() {
  const { startMap } = await import("./map_page.tsx");
  startMap(element("map"), element("app"));
}

/** A wall screen needs neither the map nor what draws it. */
async function showDashboard() {
  const [{ Dashboard }, { partsOf, Wall }] = await Promise.all([import("./ui/dashboard.tsx"), import("./wall.ts")]);
  element("map").remove();
  const wall = new Wall();
  render(<Dashboard wall={wall} parts={partsOf(window.location.search)} />, element("app"));
  wall.start();
}

// The page in a real browser: npm run e2e (after npm run build). Waits for what the page says of itself in
// window.roadtwin, never for a time; asserts no frame rate, because WebGL runs on the CPU here.
//
//   ROADTWIN_URL=http://localhost:8080/?token=...   test a running server; else the stand-in, and then
//   ROADTWIN_BIN=bin/roadtwin ROADTWIN_SCENARIO=...  the program, by default with the demo, if it has been built
//   ROADTWIN_SCREENSHOT=page.png                     where to leave a picture
//   ROADTWIN_ONLY="looks back|plays"                 only the checks whose names match, after the page has loaded
//   CHROMIUM=/path/to/chrome                         another browser

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { launch } from "./browser.mjs";
import { serversUnderTest } from "./server_under_test.mjs";

const PATIENCE = { timeout: 90_000 };
const AXE = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const screenshot = process.env.ROADTWIN_SCREENSHOT ?? join(tmpdir(), "roadtwin-page.png");

let server; // the one under test
let step = "start";
const browser = await launch();
try {
  for (const start of serversUnderTest()) {
    server = await start();
    console.log(`# ${server.name}`);
    await testPage();
    server.close();
  }
} catch (error) {
  console.error(`not ok - ${step}\n${error.stack}`);
  process.exitCode = 1;
  server?.close();
} finally {
  await browser.close();
}

async function testPage() {
  const page = await openPage(server.url);
  await check("the page loads, everything from its own server", () => loads(page));
  await check("vehicles move", () => vehiclesMove(page));
  await check("a signal changes its colour", () => signalChanges(page));
  await check("pause stops vehicles and clock", () => pauses(page));
  await check("a click on a vehicle shows its class and speed", () => clicksVehicle(page));
  await check("play goes on", () => resumes(page));
  await page.screenshot({ path: screenshot });
  await check("Escape deselects, space pauses", () => keyboard(page));
  await check("a street tells where its values come from", () => streetsTell(page));
  await check("the map shows what lies on the roads", () => roadsTell(page));
  await check("streets are coloured by what is measured there", () => layersShow(page));
  await check("one looks back, by mouse and by keyboard, and comes back to the present", () => looksBack(page));
  await check("the recording plays", () => recordingPlays(page));
  await check("events are listed and lead to their time", () => eventsLead(page));
  await check("a link keeps place, time and selection", () => linkKeeps(page));
  await check("one step on, and on to a time ahead", () => stepsOn(page));
  if (server.goesBack) await check("the run itself goes back", () => runGoesBack(page));
  await check("a street is found by its name, tells what goes on, and is closed and opened", () => streetActs(page));
  await check("a junction shows its stages, queues and levels, and is retimed", () => junctionActs(page));
  await check("what was done is undone, and kept as a variant", () => undoes(page));
  await check("? shows what the keys do", () => helps(page));
  await check("light and dark", () => themes(page));
  await check("the map comes back when the graphics context is lost", () => losesContext(page));
  await check("axe-core finds no serious fault, in light and dark", () => accessible());
  if (server.dropClients) await check("the page comes back when the connection breaks", () => reconnects(page));
  await check("a wall shows the figures, without anything to press", () => wallShows());
  await check("without a token one may only look", () => viewsOnly());
  await page.context().close();
  console.log(`# passed; picture in ${screenshot}`);
}

async function check(name, body) {
  const only = process.env.ROADTWIN_ONLY;
  if (only && !new RegExp(only).test(name) && !name.startsWith("the page loads")) return;
  step = name;
  const begin = performance.now();
  await body();
  console.log(`ok - ${name} (${((performance.now() - begin) / 1000).toFixed(1)} s)`);
}

async function openPage(url) {
  const context = await browser.newContext({ viewport: { width: 640, height: 400 }, colorScheme: "light" });
  const page = await context.newPage();
  page.problems = [];
  page.on("pageerror", (error) => page.problems.push(`error: ${error.message}`));
  page.on("requestfailed", (request) => {
    // Tiles that are not needed any more are called off by the map itself.
    if (request.failure()?.errorText !== "net::ERR_ABORTED") page.problems.push(`failed: ${request.url()}`);
  });
  page.on("response", (response) => {
    if (response.status() >= 400) page.problems.push(`status ${response.status()}: ${response.url()}`);
  });
  page.on("request", (request) => {
    const address = new URL(request.url());
    const own = ["data:", "blob:"].includes(address.protocol) || address.host === new URL(url).host;
    if (!own) page.problems.push(`foreign address: ${request.url()}`);
  });
  await page.goto(url);
  return page;
}

/** Waits until `condition` of window.roadtwin holds in the page. */
function until(page, condition, argument) {
  return page.waitForFunction(condition, argument, PATIENCE);
}

/** Reads window.roadtwin. */
function hook(page, read) {
  return page.evaluate(read);
}

function vehicles(page) {
  return page.evaluate(() => window.roadtwin.vehicles());
}

/** Waits until the map has drawn `n` more pictures. */
async function drawn(page, n) {
  const before = await hook(page, () => window.roadtwin.frames);
  await until(page, (target) => window.roadtwin.frames >= target, before + n);
}

async function loads(page) {
  await until(page, () => window.roadtwin?.connected && window.roadtwin.time !== null);
  assert.equal(new URL(page.url()).searchParams.get("token"), null, "the token stays in the address");
  if (!(await hook(page, () => window.roadtwin.playing))) await page.getByTestId("play").click();
  // A run that has just begun has empty streets: let the first minutes pass quickly.
  await page.getByRole("combobox", { name: "Speed of the simulation" }).selectOption("30");
  await until(page, freeVehicles, 10);
  await page.getByRole("combobox", { name: "Speed of the simulation" }).selectOption("1");
  await until(page, () => window.roadtwin.mapLoaded || window.roadtwin.frames > 50);
  assert.match(await page.locator("#map").textContent(), /© OpenStreetMap contributors/);
  assert.deepEqual(page.problems, []);
}

async function vehiclesMove(page) {
  const before = await vehicles(page);
  await drawn(page, 5);
  const moved = await until(
    page,
    (old) => {
      const places = new Map(old.map((vehicle) => [vehicle.id, vehicle]));
      return window.roadtwin.vehicles().some(({ id, lng, lat }) => {
        const was = places.get(id);
        return was && Math.hypot((lng - was.lng) * 85_000, (lat - was.lat) * 111_000) > 1;
      });
    },
    before,
  );
  assert.ok(await moved.jsonValue(), "no vehicle moved by a metre");
}

async function signalChanges(page) {
  await until(page, () => window.roadtwin.signals.length > 0);
  const before = await hook(page, () => window.roadtwin.signals);
  await until(page, (old) => window.roadtwin.signals.some((aspect, group) => aspect !== old[group]), before);
}

async function pauses(page) {
  await page.getByTestId("play").click();
  await until(page, () => !window.roadtwin.playing);
  // A view that changes is answered with a picture, even now. The first may be newer than what was on the screen, what
  // comes after it must be where it was.
  await changeView(page, -120);
  const [before, clock] = [await vehicles(page), await page.getByTestId("clock").textContent()];
  const time = await hook(page, () => window.roadtwin.time);
  assert.ok(before.length > 0, "no vehicle in view");
  await changeView(page, 120);
  const places = new Map((await vehicles(page)).map((vehicle) => [vehicle.id, vehicle]));
  const common = before.filter(({ id }) => places.has(id));
  assert.ok(common.length > 0, "no vehicle stayed in view");
  for (const { id, lng, lat } of common) {
    const now = places.get(id);
    assert.ok(Math.hypot(now.lng - lng, now.lat - lat) < 1e-6, `vehicle ${id} moved while paused`);
  }
  assert.equal(await hook(page, () => window.roadtwin.time), time);
  assert.equal(await page.getByTestId("clock").textContent(), clock);
}

/** Turns the wheel over the map and waits for the pictures of the new view to come to rest. */
async function changeView(page, wheel) {
  const before = await hook(page, () => ({ zoom: window.roadtwin.zoom, pictures: window.roadtwin.pictures }));
  await page.mouse.move(320, 220);
  await page.mouse.wheel(0, wheel);
  await until(page, (old) => window.roadtwin.zoom !== old.zoom && window.roadtwin.pictures > old.pictures, before);
  await until(page, () => !window.roadtwin.moving && window.roadtwin.settled);
}

/** Returns where on the screen vehicles are that no panel covers, if they are at least so many; else null. */
function freeVehicles(least) {
  if (!window.roadtwin) return null;
  const { left, top } = document.querySelector("#map").getBoundingClientRect();
  const seen = window.roadtwin.vehicles().map(({ id, x, y }) => ({ id, x: x + left, y: y + top }));
  const free = seen.filter(({ x, y }) => document.elementFromPoint(x, y)?.tagName === "CANVAS");
  return free.length >= least ? free : null;
}

/** Clicks a vehicle; the next one if it was gone from under the mouse, which on a slow machine it may be. */
async function selectVehicle(page) {
  for (let attempt = 0; ; attempt++) {
    const free = await (await until(page, freeVehicles, 1)).jsonValue();
    const target = free[attempt % free.length];
    await page.mouse.click(target.x, target.y);
    try {
      await page.waitForFunction(() => window.roadtwin.selected !== null, null, { timeout: 15_000 });
      return;
    } catch (late) {
      if (attempt === 4) throw late;
    }
  }
}

async function clicksVehicle(page) {
  await selectVehicle(page);
  await page
    .getByTestId("vehicle-class")
    .getByText(/^(Car|Van|Bus|Rigid lorry|Articulated lorry|Motorcycle)$/)
    .waitFor();
  assert.match(await page.getByTestId("vehicle-speed").textContent(), /^\d+\s(km\/h|mph)$/);
  const selected = await hook(page, () => window.roadtwin.selected);
  assert.equal(await page.getByTestId("vehicle-id").textContent(), String(selected));
  assert.deepEqual(page.problems, []);
}

async function resumes(page) {
  const time = await hook(page, () => window.roadtwin.time);
  await page.getByTestId("play").click();
  await until(page, (old) => window.roadtwin.playing && window.roadtwin.time > old + 0.5, time);
}

async function keyboard(page) {
  await page.evaluate(() => document.activeElement?.blur());
  await page.keyboard.press("Escape");
  await until(page, () => window.roadtwin.selected === null);
  assert.equal(await page.getByTestId("vehicle").count(), 0);
  await page.keyboard.press("Space");
  await until(page, () => !window.roadtwin.playing);
  await page.keyboard.press("Space");
  await until(page, () => window.roadtwin.playing);
}

/** All by keyboard: G colours the streets, Enter chooses the one in the middle of the map. */
async function streetsTell(page) {
  const toggle = page.getByTestId("guesses");
  if ((await toggle.count()) === 0) await page.getByRole("button", { name: "Legend" }).click();
  assert.equal(await toggle.getAttribute("aria-pressed"), "false");
  await page.keyboard.press("g");
  await page.getByRole("button", { name: "Surface", exact: true }).click();
  assert.equal(await toggle.getAttribute("aria-pressed"), "true");
  const [vehicle] = await vehicles(page);
  await page.evaluate(({ lng, lat }) => window.location.replace(`#at=17/${lat}/${lng}`), vehicle);
  await until(page, () => !window.roadtwin.moving && window.roadtwin.mapLoaded);
  await page.locator("#map canvas").focus();
  await page.keyboard.press("Enter");
  await page
    .getByTestId("street")
    .getByText(/^(tagged|derived|default)$/)
    .first()
    .waitFor();
  await page.screenshot({ path: screenshot.replace(/\.png$/, "-street.png") });
  await page.keyboard.press("Escape");
  assert.equal(await page.getByTestId("street").count(), 0);
  await page.keyboard.press("g");
  assert.equal(await toggle.getAttribute("aria-pressed"), "false");
  assert.deepEqual(page.problems, []);
}

/** R colours the streets by what lies on them; a change of the weather changes them. */
async function roadsTell(page) {
  const toggle = page.getByTestId("roads");
  if ((await toggle.count()) === 0) await page.getByRole("button", { name: "Legend" }).click();
  assert.equal(await hook(page, () => window.roadtwin.conditions), null, "conditions come before anybody asks");
  await page.evaluate(() => document.activeElement?.blur());
  await page.keyboard.press("r");
  assert.equal(await toggle.getAttribute("aria-pressed"), "true");
  await until(page, () => window.roadtwin.conditions !== null);
  const before = await page.getByTestId("weather").inputValue();
  await page.getByTestId("weather").selectOption("deep");
  await until(page, () => window.roadtwin.conditions.deep > 0);
  await page.getByTestId("conditions").getByText("Deep").waitFor();
  if (server.sky) {
    const sky = await page.getByTestId("sky").textContent();
    assert.match(sky, /−1\.5 °C, snow 2\.4 mm\/h.*bridges −1\.2 °C/);
  }
  await page.screenshot({ path: screenshot.replace(/\.png$/, "-roads.png") });
  await page.getByTestId("weather").selectOption(before);
  await until(page, () => !window.roadtwin.conditions.deep);
  await page.evaluate(() => document.activeElement?.blur());
  await page.keyboard.press("r");
  assert.equal(await toggle.getAttribute("aria-pressed"), "false");
  assert.deepEqual(page.problems, []);
}

/** By keyboard through all layers, then one by mouse. */
async function layersShow(page) {
  const choice = page.getByTestId("layer");
  if ((await choice.count()) === 0) await page.getByRole("button", { name: "Legend" }).click();
  await page.evaluate(() => document.activeElement?.blur());
  for (const name of ["Speed", "Delay", "Queue", "Density", "Flow", "Level"]) {
    await page.keyboard.press("m");
    assert.equal(await choice.locator("option:checked").textContent(), name);
    await page.getByTestId("layer-legend").waitFor({ state: "attached" });
  }
  await page.keyboard.press("m");
  assert.equal(await page.getByTestId("layer-legend").count(), 0);
  await choice.selectOption("speed");
  await page
    .getByTestId("layer-legend")
    .getByText(/minutes? (to|has not)/)
    .waitFor({ state: "attached" });
  await drawn(page, 2);
  await page.screenshot({ path: screenshot.replace(/\.png$/, "-layer.png") });
  await choice.selectOption("");
  assert.deepEqual(page.problems, []);
}

/** Returns where on the screen a share of the period is. */
async function onTrack(page, time) {
  const box = await page.getByTestId("track").boundingBox();
  const { begin, end } = await hook(page, () => window.roadtwin.period);
  return { x: box.x + 8 + ((time - begin) / (end - begin)) * (box.width - 16), y: box.y + box.height / 2 };
}

async function looksBack(page) {
  await until(page, () => window.roadtwin.recorded && window.roadtwin.recorded[1] > window.roadtwin.recorded[0] + 8);
  const [from, to] = await hook(page, () => window.roadtwin.recorded);
  const place = await onTrack(page, (from + to) / 2);
  await page.mouse.click(place.x, place.y);
  await until(page, () => window.roadtwin.review !== null && window.roadtwin.shown < window.roadtwin.recorded[1] - 1);
  await until(page, () => Math.abs(window.roadtwin.shown - window.roadtwin.review) <= 1.2);
  assert.match(await page.getByTestId("status").textContent(), /Looking back/);
  // The run goes on meanwhile.
  await until(page, (last) => window.roadtwin.recorded[1] > last + 1, to);
  const pictures = await hook(page, () => window.roadtwin.shown);
  await page.getByTestId("track").focus();
  await page.keyboard.press("Home");
  await until(page, (was) => window.roadtwin.shown < was, pictures);
  const start = await hook(page, () => window.roadtwin.shown);
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("ArrowRight");
  await until(page, (was) => window.roadtwin.shown >= was + 1.9, start);
  await page.keyboard.press("ArrowLeft");
  await until(page, (was) => window.roadtwin.shown < was + 1.9, start);
  await page.screenshot({ path: screenshot.replace(/\.png$/, "-back.png") });
  await page.keyboard.press("End");
  await until(page, () => window.roadtwin.review === null && window.roadtwin.shown > window.roadtwin.recorded[1] - 1.5);
  await page.evaluate(() => document.activeElement?.blur());
  await page.keyboard.press(",");
  await until(page, () => window.roadtwin.review !== null);
  await page.keyboard.press("n");
  await until(page, () => window.roadtwin.review === null);
  assert.deepEqual(page.problems, []);
}

async function recordingPlays(page) {
  await page.getByTestId("track").focus();
  await page.keyboard.press("Home");
  await until(page, () => window.roadtwin.shown < window.roadtwin.recorded[0] + 1);
  await page.evaluate(() => document.activeElement?.blur());
  await page.keyboard.press("Space");
  const start = await hook(page, () => window.roadtwin.shown);
  await until(page, (was) => window.roadtwin.shown >= was + 2, start);
  assert.equal(await page.getByTestId("play").getAttribute("aria-label"), "Pause the recording");
  await page.keyboard.press("Space");
  assert.equal(await page.getByTestId("play").getAttribute("aria-label"), "Play the recording");
  await page.getByTestId("now").click();
  await until(page, () => window.roadtwin.review === null);
  assert.deepEqual(page.problems, []);
}

async function eventsLead(page) {
  if (!(await hook(page, () => window.roadtwin.marks))) await page.getByTestId("weather").selectOption("wet");
  await until(page, () => window.roadtwin.marks > 0);
  await page.keyboard.press("e");
  await page.getByTestId("events").locator("li button").first().click();
  await until(page, () => window.roadtwin.review !== null);
  await page.keyboard.press("Escape");
  assert.equal(await page.getByTestId("events").count(), 0);
  await page.keyboard.press("n");
  await until(page, () => window.roadtwin.review === null);
  await page.getByRole("button", { name: "Event before" }).click();
  await until(page, () => window.roadtwin.review !== null);
  await page.keyboard.press("n");
  assert.deepEqual(page.problems, []);
}

async function linkKeeps(page) {
  await page.getByTestId("play").click();
  await until(page, () => !window.roadtwin.playing && window.roadtwin.settled);
  await selectVehicle(page);
  const selected = await hook(page, () => window.roadtwin.selected);
  await page.keyboard.press(",");
  await until(page, () => window.roadtwin.review !== null);
  await until(page, () => /time=\d\d:\d\d:\d\d/.test(window.location.hash) && /vehicle=\d+/.test(window.location.hash));
  const address = new URL(page.url());
  const other = await openPage(`${new URL(server.url).origin}/${address.hash}`);
  await until(other, () => window.roadtwin?.review != null);
  const [here, there] = await Promise.all([page, other].map((each) => hook(each, () => window.roadtwin.review)));
  assert.ok(Math.abs(here - there) < 1.1, `the link leads to ${there} s, want ${here} s`);
  assert.equal(await hook(other, () => window.roadtwin.selected), selected);
  const zooms = await Promise.all([page, other].map((each) => hook(each, () => window.roadtwin.zoom)));
  assert.ok(Math.abs(zooms[0] - zooms[1]) < 0.02, "another zoom");
  assert.deepEqual(other.problems, []);
  await other.context().close();
  await page.keyboard.press("n");
  await page.keyboard.press("Escape");
  await until(page, () => window.roadtwin.review === null);
  await page.getByTestId("play").click();
  await until(page, () => window.roadtwin.playing);
}

async function stepsOn(page) {
  await until(page, () => window.roadtwin.review === null);
  if (await hook(page, () => window.roadtwin.playing)) await page.getByTestId("play").click();
  await until(page, () => !window.roadtwin.playing);
  await changeView(page, -60);
  const time = await hook(page, () => window.roadtwin.time);
  await page.getByTestId("step").click();
  await until(page, (was) => window.roadtwin.time > was + 0.04, time);
  await page.keyboard.press(".");
  await until(page, (was) => window.roadtwin.time > was + 0.14, time);
  const target = (await hook(page, () => window.roadtwin.time)) + 60;
  const place = await onTrack(page, target);
  await page.mouse.click(place.x, place.y);
  await page.getByRole("button", { name: "Run there" }).click();
  await until(page, (to) => window.roadtwin.time > to - 20 && !window.roadtwin.playing, target);
  await changeView(page, 60);
  await page.keyboard.press("Space");
  await until(page, () => window.roadtwin.playing);
  assert.deepEqual(page.problems, []);
}

async function runGoesBack(page) {
  const [from, to] = await hook(page, () => window.roadtwin.recorded);
  const place = await onTrack(page, (from + to) / 2);
  await page.mouse.click(place.x, place.y);
  await until(page, () => window.roadtwin.review !== null);
  const target = await hook(page, () => window.roadtwin.review);
  await page.getByTestId("go-on-here").click();
  await until(page, () => window.roadtwin.branch === 1 && !window.roadtwin.playing);
  await until(page, (to) => Math.abs(window.roadtwin.time - to) < 0.3, target);
  assert.equal(await hook(page, () => window.roadtwin.review), null);
  await page.getByTestId("play").click();
  await until(page, (to) => window.roadtwin.time > to + 1, target);
  assert.deepEqual(page.problems, []);
}

/** By keyboard: search, choose; then act by mouse. */
async function streetActs(page) {
  await page.evaluate(() => document.activeElement?.blur());
  await page.keyboard.press("/");
  await page.keyboard.type("mark");
  await page.locator("#search-found [role=option]").first().waitFor();
  await page.keyboard.press("Enter");
  await until(page, () => window.roadtwin.street !== null);
  const panel = page.getByTestId("street");
  await panel.getByTestId("street-now").getByText("Density now").waitFor();
  await panel.getByText("Flow over density").waitFor();
  const road = panel.getByRole("button", { name: "Close the road" });
  await road.click();
  await panel.getByText("the road", { exact: true }).waitFor();
  await page.screenshot({ path: screenshot.replace(/\.png$/, "-act.png") });
  await panel.getByRole("button", { name: "Open the road" }).click();
  await road.waitFor();
  await panel.getByRole("combobox", { name: "Speed limit of this street" }).selectOption({ index: 2 });
  await panel
    .getByText(/^2[05] (mph|km\/h)$/)
    .first()
    .waitFor({ state: "attached" });
  assert.deepEqual(page.problems, []);
}

async function junctionActs(page) {
  // Along the street to a junction with signals.
  const panel = page.getByTestId("junction");
  await page.getByRole("button", { name: "The junction at its end" }).click();
  await panel.getByRole("columnheader", { name: "LOS" }).waitFor();
  if ((await panel.getByTestId("timings").count()) === 0) {
    await page.keyboard.press("Escape");
    const signals = await page.evaluate(async () => (await fetch("api/network/junctions")).json());
    const [one] = signals.features.filter(({ properties }) => properties.kind === "signalised");
    await page.evaluate((id) => window.location.replace(`#junction=${id}`), one.properties.id);
    await page.reload();
    await until(page, () => window.roadtwin?.connected && window.roadtwin.junction !== null);
  }
  await panel
    .getByTestId("ring")
    .getByText(/^Stage \d/)
    .waitFor();
  const green = panel.getByRole("spinbutton", { name: /^Green of stage 1/ });
  const before = Number(await green.inputValue());
  await green.fill(String(before + 4));
  await panel.getByRole("button", { name: "Apply" }).click();
  await until(page, () => /Signals retimed/.test(window.roadtwin.undo));
  await page.screenshot({ path: screenshot.replace(/\.png$/, "-junction.png") });
  assert.deepEqual(page.problems, []);
}

async function undoes(page) {
  await page.evaluate(() => document.activeElement?.blur());
  const before = await hook(page, () => window.roadtwin.undo);
  await page.keyboard.press("u");
  await until(page, (was) => window.roadtwin.undo !== was, before);
  await page.keyboard.press("e");
  await page.getByTestId("undo").click();
  const [download] = await Promise.all([page.waitForEvent("download"), page.getByTestId("variant").click()]);
  assert.equal(download.suggestedFilename(), "live.yaml");
  await page.keyboard.press("Escape");
  await page.keyboard.press("Escape");
  assert.equal(await page.getByTestId("junction").count(), 0);
  assert.deepEqual(page.problems, []);
}

async function helps(page) {
  await page.evaluate(() => document.activeElement?.blur());
  await page.keyboard.press("?");
  await page.getByTestId("help").getByText("play or pause").waitFor();
  await page.keyboard.press("Escape");
  await page.getByTestId("help").waitFor({ state: "detached" });
}

async function themes(page) {
  const background = () => page.evaluate(() => getComputedStyle(document.querySelector("header")).backgroundColor);
  const light = await background();
  await page.getByTestId("theme").click();
  assert.equal(await page.evaluate(() => document.documentElement.dataset.theme), "dark");
  assert.notEqual(await background(), light);
  await drawn(page, 3);
  assert.deepEqual(page.problems, []);
}

/** Everything that can be open, one after the other, in both themes. */
async function accessible() {
  const faults = [];
  for (const theme of ["light", "dark"]) {
    const address = new URL(server.url);
    address.searchParams.set("theme", theme);
    const page = await openPage(address.href);
    await page.setViewportSize({ width: 960, height: 640 }); // room for open panels, and not more to be drawn than needs be
    await until(page, () => window.roadtwin?.connected && window.roadtwin.recorded);
    await page.keyboard.press("Space");
    await until(page, () => !window.roadtwin.playing);
    faults.push(...(await audit(page, `the map, ${theme}`)));
    await page.keyboard.press("/");
    await page.keyboard.type("mark");
    await page.locator("#search-found [role=option]").first().waitFor();
    faults.push(...(await audit(page, `the search, ${theme}`)));
    await page.keyboard.press("Enter");
    await page.getByTestId("street-acts").waitFor();
    faults.push(...(await audit(page, `a street, ${theme}`)));
    await page.getByRole("button", { name: "The junction at its end" }).press("Enter");
    await page.getByTestId("junction").getByText("LOS").waitFor();
    await page.keyboard.press("n"); // and the focus is nowhere
    await page.keyboard.press("e");
    await page.keyboard.press(",");
    await page.getByTestId("now").waitFor();
    faults.push(...(await audit(page, `a junction, events, and looking back, ${theme}`)));
    await page.keyboard.press("?");
    await page.getByTestId("help").waitFor();
    faults.push(...(await audit(page, `the help, ${theme}`)));
    await page.keyboard.press("Escape");
    await page.keyboard.press("n");
    await until(page, () => window.roadtwin.review === null);
    await page.keyboard.press("Space");
    await until(page, () => window.roadtwin.playing);
    await page.context().close();
    const wall = await openPage(`${address.origin}/dashboard?theme=${theme}`);
    await wall.getByTestId("wall-figures").getByText("Mean speed").waitFor();
    faults.push(...(await audit(wall, `the wall, ${theme}`)));
    await wall.context().close();
  }
  assert.deepEqual(faults, []);
}

/** Has axe-core look at a page as it is. */
async function audit(page, what) {
  await page.evaluate(AXE);
  const { violations } = await page.evaluate(() => window.axe.run(document, { resultTypes: ["violations"] }));
  const faults = violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(" ")).join(", ")}`);
  return faults.map((fault) => `${what}: ${fault}`);
}

async function losesContext(page) {
  await page.evaluate(() => {
    const context = document.querySelector("#map canvas").getContext("webgl2");
    window.lost = context.getExtension("WEBGL_lose_context");
    window.lost.loseContext();
  });
  await page.waitForFunction(() => document.querySelector("#map canvas").getContext("webgl2").isContextLost());
  await page.evaluate(() => window.lost.restoreContext());
  await drawn(page, 3);
  await vehiclesMove(page);
  assert.deepEqual(page.problems, []);
}

async function reconnects(page) {
  server.dropClients();
  await until(page, () => !window.roadtwin.connected);
  await until(page, () => window.roadtwin.connected);
  await vehiclesMove(page);
}

async function wallShows() {
  const page = await openPage(`${new URL(server.url).origin}/dashboard?theme=dark`);
  await page.setViewportSize({ width: 1280, height: 720 });
  await page.getByTestId("wall-figures").getByText("Mean speed").waitFor();
  assert.match(await page.getByTestId("wall-clock").textContent(), /^\d\d:\d\d:\d\d$/);
  assert.equal(await page.getByRole("button").count(), 0);
  assert.equal(await page.evaluate(() => document.documentElement.dataset.theme), "dark");
  const before = await page.getByTestId("wall-clock").textContent();
  await page.waitForFunction(
    (was) => document.querySelector("[data-testid=wall-clock]").textContent !== was,
    before,
    PATIENCE,
  );
  await page.screenshot({ path: screenshot.replace(/\.png$/, "-wall.png") });
  if (server.dropClients) {
    server.dropClients();
    await page.getByText("No connection, trying again").waitFor();
    await page.getByTestId("wall-state").getByText("Live").waitFor();
  }
  assert.deepEqual(page.problems, []);
  await page.context().close();
}

async function viewsOnly() {
  const address = new URL(server.url);
  address.searchParams.delete("token");
  const page = await openPage(address.href);
  await until(page, () => window.roadtwin?.connected && window.roadtwin.vehiclesDrawn > 0);
  const play = page.getByTestId("play");
  assert.equal(await play.isDisabled(), true);
  assert.equal(await page.getByTestId("step").isDisabled(), true);
  await until(page, () => window.roadtwin.recorded);
  await page.getByTestId("track").focus();
  await page.keyboard.press("Home"); // looking back needs none
  await until(page, () => window.roadtwin.review !== null);
  assert.equal(await page.getByTestId("go-on-here").count(), 0);
  assert.equal(await play.isDisabled(), false);
  await page.getByTestId("now").click();
  assert.match((await play.getAttribute("title")) ?? "", /token/);
  assert.deepEqual(page.problems, []);
}

// Makes the picture of the README: the demo in central Wilmington at the height of the peak. npm run screenshot, after
// make build; ROADTWIN_SCREENSHOT=page.png leaves it elsewhere.

import { fileURLToPath } from "node:url";
import { launch } from "./browser.mjs";
import { startProgram } from "./server_under_test.mjs";

const PROGRAM = fileURLToPath(new URL("../../../bin/roadtwin", import.meta.url));
const DEMO = fileURLToPath(new URL("../../../scenarios/demo/wilmington.yaml", import.meta.url));
const PICTURE = fileURLToPath(new URL("../../docs/screenshot.png", import.meta.url));
const VIEW = "at=16.3/39.7437/-75.5512";
const TIME = 8 * 3600; // s after midnight
const PATIENCE = { timeout: 600_000 };

const server = await startProgram(PROGRAM, DEMO, "--speed", "0");
const browser = await launch();
try {
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 }, colorScheme: "light" });
  // Drawing takes from the time of the simulation where there is no graphics card: look away until the hour has come.
  await page.goto(`${server.url}#at=18/39.7262/-75.5782`);
  await page.waitForFunction((time) => window.roadtwin?.time >= time, TIME, PATIENCE);
  await page.getByRole("button", { name: "1 times real time", exact: true }).click();
  await page.evaluate((view) => window.location.replace(`#${view}`), VIEW);
  await page.waitForFunction(() => !window.roadtwin.moving && window.roadtwin.mapLoaded, null, PATIENCE);
  await page.getByTestId("play").click();
  await page.waitForFunction(
    () => !window.roadtwin.playing && window.roadtwin.settled && window.roadtwin.mapLoaded,
    null,
    PATIENCE,
  );
  const path = process.env.ROADTWIN_SCREENSHOT ?? PICTURE;
  await page.screenshot({ path });
  console.log(`${await page.evaluate(() => window.roadtwin.vehiclesDrawn)} vehicles in ${path}`);
} finally {
  await browser.close();
  server.close();
}

// Where the page comes from: a running server, the program started for the test, or the stand-in.

import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { startFakeServer } from "./fake/server.mjs";

const PROGRAM = fileURLToPath(new URL("../../../bin/roadtwin", import.meta.url));
const DEMO = fileURLToPath(new URL("../../../scenarios/demo/wilmington.yaml", import.meta.url));

/**
 * Returns the servers to test against, each a function that starts one and returns { name, url, close }: ROADTWIN_URL is
 * the address of a running server with its token, and then the only one. Else the stand-in, and after it ROADTWIN_BIN
 * (default bin/roadtwin, if it has been built) serving ROADTWIN_SCENARIO (default the demo).
 */
export function serversUnderTest(env = process.env) {
  const url = env.ROADTWIN_URL;
  if (url) return [async () => ({ name: "a running server", url, close() {} })];
  const program = env.ROADTWIN_BIN ?? (existsSync(PROGRAM) ? PROGRAM : undefined);
  const standIn = async () => ({ name: "the stand-in", sky: true, ...(await startFakeServer()) });
  return program ? [standIn, () => startProgram(program, env.ROADTWIN_SCENARIO ?? DEMO)] : [standIn];
}

/** Starts the program serving a scenario, on a port of its own choice. */
export async function startProgram(program, scenario, ...flags) {
  const args = ["serve", scenario, "--addr", "127.0.0.1:0", ...flags];
  const child = spawn(program, args, { stdio: ["ignore", "pipe", "pipe"] });
  const said = [];
  const url = await new Promise((resolve, reject) => {
    const fail = (why) => reject(new Error(`${program} ${args.join(" ")}: ${why}\n${said.join("\n")}`));
    const patience = setTimeout(() => fail("printed no address within two minutes"), 120_000);
    child.once("error", (error) => fail(error.message));
    child.once("exit", (code) => fail(`ended with ${code} before it printed an address`));
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream }).on("line", (line) => {
        said.push(line);
        const address = line.match(/https?:\/\/\S+[?&]token=[\w-]+/)?.[0];
        if (!address) return;
        clearTimeout(patience);
        resolve(address);
      });
    }
  });
  child.removeAllListeners("exit");
  return { name: program, url, goesBack: true, close: () => child.kill("SIGINT") };
}

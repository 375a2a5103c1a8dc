// Where the page comes from: a running server, one started for the test, or the stand-in.

import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { startFakeServer } from "./fake/server.mjs";

/**
 * Returns { url, close, dropClients? }. ROADTWIN_URL is the address of a running server with its token; ROADTWIN_BIN is
 * the program to start, with ROADTWIN_ARGS (default "serve --port 0" and the scenario ROADTWIN_SCENARIO); with neither
 * the stand-in of fake/ is used.
 */
export async function serverUnderTest(env = process.env) {
  if (env.ROADTWIN_URL) return { name: env.ROADTWIN_URL, url: env.ROADTWIN_URL, close() {} };
  if (env.ROADTWIN_BIN) return spawnServer(env);
  return { name: "the stand-in", ...(await startFakeServer()) };
}

async function spawnServer(env) {
  const args = env.ROADTWIN_ARGS?.split(" ") ?? ["serve", "--port", "0", env.ROADTWIN_SCENARIO].filter(Boolean);
  const child = spawn(env.ROADTWIN_BIN, args, { stdio: ["ignore", "pipe", "pipe"] });
  const said = [];
  const url = await new Promise((resolve, reject) => {
    const fail = (why) => reject(new Error(`${env.ROADTWIN_BIN} ${args.join(" ")}: ${why}\n${said.join("\n")}`));
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
  return { name: env.ROADTWIN_BIN, url, close: () => child.kill("SIGINT") };
}

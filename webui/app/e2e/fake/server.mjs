// A stand-in for `roadtwin serve`: speaks webui/stream/PROTOCOL.md for a small town of its own. For tests of the page
// and for working on it without the real server: node e2e/fake/server.mjs [port]

import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname } from "node:path";
import { fileURLToPath } from "node:url";
import { WebSocketServer } from "ws";
import {
  course,
  edgeFrame,
  info,
  kpiMessage,
  layers,
  placeNow,
  roadConditions,
  START_GREENS,
  search,
  signalChanges,
  signalSnapshot,
  streetDetail,
  timeline,
  vehicleDetail,
  vehicleFrame,
  weatherMessage,
} from "./messages.mjs";
import { encodeTile } from "./tiles.mjs";
import { Town } from "./town.mjs";

export const TOKEN = "fake-token";

const DIST = fileURLToPath(new URL("../../../dist/", import.meta.url));
const TYPES = {
  ".html": "text/html",
  ".js": "text/javascript",
  ".css": "text/css",
  ".svg": "image/svg+xml",
  ".woff2": "font/woff2",
};
const PICTURE_MS = 100;

/** Starts the server; returns its address and a function that stops it. */
export async function startFakeServer(port = 0) {
  const town = new Town();
  const run = {
    playing: true,
    speed: 1,
    ended: false,
    begin: town.begin,
    end: town.begin + 7200,
    condition: "dry",
    weather: 1, // version of the conditions
    error: "",
    seeking: null,
    branch: 0,
    undo: "",
    undone: [],
    closed: new Set(),
    limits: new Map(),
    greens: START_GREENS,
    offset: 0,
  };
  const tape = []; // a picture a second
  const clients = new Set();
  const http = createServer((request, response) => serveFile(town, run, tape, request, response));
  const sockets = new WebSocketServer({ server: http, path: "/ws" });
  let seq = 0;
  let kpiAt = 0;

  const stateMessage = () =>
    JSON.stringify({ type: "state", ...run, undone: undefined, closed: undefined, limits: undefined, time: town.time });
  const timelineMessage = () => JSON.stringify({ type: "timeline", ...timeline(town, tape) });
  sockets.on("connection", (socket) => {
    const client = { socket, view: null, selected: null, unacknowledged: 0 };
    clients.add(client);
    socket.on("close", () => clients.delete(client));
    socket.send(JSON.stringify({ type: "hello", ...info(town, run) }));
    socket.send(stateMessage());
    socket.send(kpiMessage(town, run));
    socket.send(weatherMessage(town, run));
    socket.send(timelineMessage());
    socket.on("message", (data) => handle(client, JSON.parse(data)));
  });

  function handle(client, message) {
    if (message.type === "view") {
      if (!client.view) client.socket.send(signalSnapshot(town, seq));
      client.view = message;
      sendPicture(client);
    } else if (message.type === "ack") {
      client.unacknowledged = Math.max(0, client.unacknowledged - 1);
      if (client.waiting) sendPicture(client);
    } else if (message.type === "select") {
      client.selected = message.vehicle;
      client.detailed = false;
      sendDetail(client);
    } else if (message.type === "inspect") {
      client.place = message.edge === undefined && message.junction === undefined ? null : message;
      sendPlace(client);
    } else if (message.type === "review") {
      const picture = tape.findLast(({ time }) => time <= message.time) ?? tape[0];
      const same = client.review != null && message.time !== null && picture === client.past;
      client.review = message.time;
      client.past = picture;
      if (same) return;
      if (message.time === null) client.socket.send(signalSnapshot(town, seq));
      sendPicture(client);
    } else if (message.type === "control") {
      control(client, message);
    }
  }

  function control(client, { token, id, action, value }) {
    const answer = (fields) => client.socket.send(JSON.stringify({ id, ...fields }));
    if (token !== TOKEN) {
      return answer({
        type: "error",
        re: "control",
        code: "bad_token",
        message: "the control token is wrong: open the address that roadtwin serve printed",
      });
    }
    if (action === "pause" || action === "play") run.playing = action === "play";
    const undoing = act(action, value);
    if (undoing) {
      run.undone.push(undoing);
      run.undo = undoing.text;
    }
    if (action === "undo") {
      run.undone.pop()?.back();
      run.undo = run.undone.at(-1)?.text ?? "";
    }
    if (action === "step" || action === "goto") {
      if (action === "goto" && value < town.time) {
        const words = "the stand-in cannot go back";
        return answer({ type: "error", re: "control", code: "rejected", message: words });
      }
      run.playing = false;
      const to = action === "goto" ? value : town.time + 0.1;
      while (town.time < to - 0.05) advance(0.1);
      for (const each of clients) sendPicture(each);
    }
    if (action === "speed") run.speed = value;
    if (action === "weather") {
      run.condition = value;
      run.weather++;
      for (const each of clients) each.socket.send(weatherMessage(town, run));
    }
    answer({ type: "done", action });
    for (const each of clients) each.socket.send(stateMessage());
  }

  function sendPicture(client) {
    if (!client.view) return;
    client.waiting = client.unacknowledged >= 2; // the newest is made when it can be sent
    if (client.waiting) return;
    client.unacknowledged++;
    if (client.review != null) {
      client.socket.send(client.past.signals);
      client.socket.send(client.past.vehicles);
      return;
    }
    client.socket.send(client.view.zoom >= 13 ? vehicleFrame(town, seq) : edgeFrame(town, seq));
  }

  /** Changes something, and returns how it is undone. */
  function act(action, value) {
    if (action === "close_edge") {
      run.closed.add(value);
      return { text: "Street closed", back: () => run.closed.delete(value) };
    }
    if (action === "open_edge") {
      run.closed.delete(value);
      return { text: "Street open again", back: () => run.closed.add(value) };
    }
    if (action === "speed_limit") {
      run.limits.set(value.edge, value.limit);
      return { text: "Street, another limit", back: () => run.limits.delete(value.edge) };
    }
    if (action === "retime") {
      const { greens, offset } = run;
      Object.assign(run, { greens: value.greens, offset: value.offset });
      return { text: "Signals retimed", back: () => Object.assign(run, { greens, offset }) };
    }
    return null;
  }

  function sendPlace({ place, socket }) {
    if (place) socket.send(JSON.stringify(placeNow(town, run, place)));
  }

  function sendDetail(client) {
    if (client.selected === null) return;
    client.socket.send(JSON.stringify(vehicleDetail(town, run, client.selected, !client.detailed)));
    client.detailed = true;
  }

  /** Lets the town go on, and records it. */
  function advance(seconds) {
    const changes = town.step(seconds);
    if (tape.length === 0 || town.time >= tape.at(-1).time + 0.95) {
      tape.push({ time: town.time, vehicles: vehicleFrame(town, seq), signals: signalSnapshot(town, seq) });
    }
    return changes;
  }

  const timer = setInterval(() => {
    if (!run.playing) return;
    seq++;
    const factor = run.speed === 0 ? 40 : run.speed;
    let changes = [];
    for (let left = factor; left > 1e-9; left -= 1)
      changes = changes.concat(advance(Math.min(1, left) * (PICTURE_MS / 1000)));
    const kpi = ++kpiAt % 10 === 0 ? kpiMessage(town, run) : null;
    for (const client of clients) {
      if (client.review == null) {
        if (changes.length > 0) client.socket.send(signalChanges(town, seq, changes));
        sendPicture(client);
      }
      if (kpi) client.socket.send(kpi);
      if (kpi) client.socket.send(timelineMessage());
      if (kpiAt % 2 === 0) sendDetail(client);
      if (kpiAt % 2 === 0) sendPlace(client);
    }
  }, PICTURE_MS);

  await new Promise((resolve) => http.listen(port, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${http.address().port}/?token=${TOKEN}`,
    /** Breaks every connection, as a network does. */
    dropClients() {
      for (const { socket } of clients) socket.terminate();
    },
    close() {
      clearInterval(timer);
      for (const { socket } of clients) socket.terminate();
      http.close();
    },
  };
}

async function serveFile(town, run, tape, request, response) {
  const path = new URL(request.url, "http://fake").pathname;
  const json = (value) => response.setHeader("Content-Type", "application/json").end(JSON.stringify(value));
  const tile = path.match(/^\/tiles\/(\d+)\/(\d+)\/(\d+)\.mvt$/);
  if (tile) {
    const [z, x, y] = tile.slice(1).map(Number);
    return response
      .setHeader("Content-Type", "application/vnd.mapbox-vector-tile")
      .end(encodeTile(town.shapes(), { z, x, y }));
  }
  if (path === "/api/info") return json(info(town, run));
  if (path === "/api/kpis") return json({ interval: 60, kpis: [] });
  if (path === "/api/search")
    return json(search(town, new URL(request.url, "http://fake").searchParams.get("q") ?? ""));
  const courseOf = path.match(/^\/api\/network\/edges\/(\d+)\/course$/);
  if (courseOf) return json(course(Number(courseOf[1])));
  if (path === "/api/network/layers") return json(layers(town));
  if (path === "/api/variant")
    return response.setHeader("Content-Type", "application/yaml").end("variants: {live: {}}\n");
  if (path === "/api/timeline") return json(timeline(town, tape, true));
  if (path === "/api/network/conditions") return json(roadConditions(town, run));
  const edge = path.match(/^\/api\/network\/edges\/(\d+)$/);
  if (edge) return json(streetDetail(town, Number(edge[1])));
  if (path === "/api/network/signals") return json({ type: "FeatureCollection", features: town.signalHeads() });
  try {
    const file = path === "/" || path === "/dashboard" ? "index.html" : path.slice(1);
    const body = await readFile(new URL(file, `file://${DIST}`));
    return response.setHeader("Content-Type", TYPES[extname(file)] ?? "application/octet-stream").end(body);
  } catch {
    return response.writeHead(404).end();
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { url } = await startFakeServer(Number(process.argv[2] ?? 8099));
  console.log(url);
}

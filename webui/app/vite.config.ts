import { defineConfig } from "vitest/config";

/** Where `npm run dev` finds the simulation: start it with roadtwin serve. */
const SERVER = process.env.ROADTWIN_SERVER ?? "http://localhost:8080";

export default defineConfig({
  base: "./",
  build: {
    outDir: "../dist",
    // dist/.keep is versioned, so that the server can embed the folder before the first build; it comes back from public/.
    emptyOutDir: true,
    target: "es2022",
    chunkSizeWarningLimit: 1500,
    assetsInlineLimit: 0,
  },
  server: {
    proxy: {
      "/api": SERVER,
      "/tiles": SERVER,
      "/ws": { target: SERVER, ws: true, rewriteWsOrigin: true },
    },
  },
  worker: { format: "es" },
  test: { include: ["src/**/*.test.ts"], environment: "node" },
});

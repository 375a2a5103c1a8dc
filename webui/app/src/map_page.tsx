import { render } from "preact";
import { exposeHooks } from "./hooks.ts";
import { Session } from "./session.ts";
import { takeToken } from "./state/token.ts";
import { App } from "./ui/app.tsx";
import { SessionContext, StoreContext } from "./ui/context.ts";

/** Starts the live map. */
export function startMap(map: HTMLElement, app: HTMLElement) {
  const session = new Session(map, takeToken(window.location, window.history, window.sessionStorage));
  exposeHooks(session);
  render(
    <SessionContext.Provider value={session}>
      <StoreContext.Provider value={session.store}>
        <App />
      </StoreContext.Provider>
    </SessionContext.Provider>,
    app,
  );
  session.start();
}

import { render } from "preact";
import { exposeHooks } from "./hooks.ts";
import { Session } from "./session.ts";
import { startTheme } from "./state/theme.ts";
import { takeToken } from "./state/token.ts";
import { App } from "./ui/app.tsx";
import { SessionContext } from "./ui/context.ts";
import "./styles/main.css";

function element(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (!found) throw new Error(`the page has no element #${id}`);
  return found;
}

startTheme();
const session = new Session(element("map"), takeToken(window.location, window.history, window.sessionStorage));
exposeHooks(session);
render(
  <SessionContext.Provider value={session}>
    <App />
  </SessionContext.Provider>,
  element("app"),
);
session.start();

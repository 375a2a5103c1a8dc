import { useComputed } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { Session } from "../session.ts";
import { useSession } from "./context.ts";
import { CrashPanel } from "./crash_panel.tsx";
import { Events } from "./events.tsx";
import { Header } from "./header.tsx";
import { Help } from "./help.tsx";
import { JunctionPanel } from "./junction_panel.tsx";
import { Legend } from "./legend.tsx";
import { Measures } from "./measures.tsx";
import { Notices } from "./notices.tsx";
import { Search } from "./search.tsx";
import { Sky } from "./sky.tsx";
import { StreetPanel } from "./street_panel.tsx";
import { Timeline, toggleDialog } from "./timeline.tsx";
import { VehiclePanel } from "./vehicle_panel.tsx";

/** Everything over the map. */
export function App() {
  const session = useSession();
  useKeys(session);
  const selected = useComputed(() => session.store.selection.value !== null);
  return (
    <>
      <Header />
      <div class="stage">
        <div class="side side-start">
          <Search />
          <Measures />
          <Sky />
          <Legend />
        </div>
        <div class="side side-end">
          <CrashPanel />
          {selected.value ? <VehiclePanel /> : <StreetPanel />}
          <JunctionPanel />
          {session.store.dialog.value === "events" && <Events />}
        </div>
        <Notices />
      </div>
      <Timeline />
      {session.store.dialog.value === "help" && <Help />}
    </>
  );
}

/** What single keys do; the help (help.tsx) lists them. */
function keysOf(session: Session): Readonly<Record<string, () => void>> {
  return {
    g: () => session.toggleGuesses(),
    r: () => session.toggleRoads(),
    m: () => session.nextLayer(),
    n: () => session.review.look(null),
    e: () => toggleDialog(session, "events"),
    l: () => session.copyLink(),
    u: () => session.control({ action: "undo" }),
    "/": () => document.querySelector<HTMLElement>("[data-testid=search]")?.focus(),
    "?": () => toggleDialog(session, "help"),
    ".": () => session.step(1),
    ",": () => session.step(-1),
    "[": () => session.jump("before"),
    "]": () => session.jump("after"),
  };
}

function useKeys(session: Session) {
  useEffect(() => {
    const keys = keysOf(session);
    const pressed = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.key === "Escape") session.letGo();
      const act = takesLetters(event.target) ? undefined : keys[event.key];
      if (act) {
        event.preventDefault(); // nor is the key typed where it leads
        act();
      }
      if (event.key === " " && !takesSpace(event.target)) {
        event.preventDefault();
        session.togglePlaying();
      }
    };
    window.addEventListener("keydown", pressed);
    return () => window.removeEventListener("keydown", pressed);
  }, [session]);
}

/** Whether letters already mean something where the focus is. */
function takesLetters(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest("input, select, textarea") !== null;
}

/** Whether the space bar already means something where the focus is. */
function takesSpace(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest("button, input, select, textarea, a, summary") !== null;
}

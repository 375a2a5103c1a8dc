import { useComputed } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { Session } from "../session.ts";
import { useSession } from "./context.ts";
import { Header } from "./header.tsx";
import { Legend } from "./legend.tsx";
import { Measures } from "./measures.tsx";
import { Notices } from "./notices.tsx";
import { Sky } from "./sky.tsx";
import { StreetPanel } from "./street_panel.tsx";
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
          <Measures />
          <Sky />
          <Legend />
        </div>
        {selected.value ? <VehiclePanel /> : <StreetPanel />}
        <Notices />
      </div>
    </>
  );
}

/** Space plays and pauses, G shows the guesses of the import, R what lies on the roads, Escape deselects. */
function useKeys(session: Session) {
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.key === "Escape") {
        session.select(null);
        session.selectStreet(null);
      }
      if (event.key === "g" && !takesLetters(event.target)) session.toggleGuesses();
      if (event.key === "r" && !takesLetters(event.target)) session.toggleRoads();
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

import { useComputed } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { Session } from "../session.ts";
import { useSession } from "./context.ts";
import { Header } from "./header.tsx";
import { Legend } from "./legend.tsx";
import { Measures } from "./measures.tsx";
import { Notices } from "./notices.tsx";
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
          <Legend />
        </div>
        {selected.value && <VehiclePanel />}
        <Notices />
      </div>
    </>
  );
}

/** Space plays and pauses, Escape deselects. */
function useKeys(session: Session) {
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.key === "Escape") session.select(null);
      if (event.key === " " && !takesSpace(event.target)) {
        event.preventDefault();
        session.togglePlaying();
      }
    };
    window.addEventListener("keydown", pressed);
    return () => window.removeEventListener("keydown", pressed);
  }, [session]);
}

/** Whether the space bar already means something where the focus is. */
function takesSpace(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest("button, input, select, textarea, a, summary") !== null;
}

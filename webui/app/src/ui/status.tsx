import { useComputed, useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { useSession } from "./context.ts";

type Look = "live" | "paused" | "ended" | "busy" | "broken";

/** Whether what is seen is live; a button to try again where it is not. */
export function Status() {
  const session = useSession();
  const { store } = session;
  const now = useNow(store.connection.value.kind === "waiting");
  const state = useComputed((): { look: Look; text: string } => {
    const connection = store.connection.value;
    if (connection.kind === "connecting") return { look: "busy", text: "Connecting" };
    if (connection.kind === "waiting") {
      const seconds = Math.max(0, Math.ceil((connection.at - now.value) / 1000));
      return { look: "broken", text: `Reconnecting in ${seconds} s` };
    }
    const run = store.run.value;
    if (run?.error) return { look: "broken", text: "Failed" };
    if (store.review.value !== null) return { look: "busy", text: "Looking back" };
    if (run?.seeking !== null && run?.seeking !== undefined) return { look: "busy", text: "Running on" };
    if (run?.ended) return { look: "ended", text: "Ended" };
    return run?.playing ? { look: "live", text: "Live" } : { look: "paused", text: "Paused" };
  });
  const { look, text } = state.value;
  return (
    <div class="status" data-look={look} data-testid="status">
      <span class="status-dot" aria-hidden="true" />
      <span class="status-text">{text}</span>
      {store.connection.value.kind === "waiting" && (
        <button type="button" class="text-button" onClick={() => session.reconnect()}>
          Now
        </button>
      )}
      <span class="hidden" role="status">
        {look === "broken" ? "The connection to the server is lost" : text}
      </span>
    </div>
  );
}

/** performance.now(), as it goes on every quarter of a second while `running`. */
function useNow(running: boolean) {
  const now = useSignal(performance.now());
  useEffect(() => {
    if (!running) return;
    const timer = setInterval(() => {
      now.value = performance.now();
    }, 250);
    return () => clearInterval(timer);
  }, [running, now]);
  return now;
}

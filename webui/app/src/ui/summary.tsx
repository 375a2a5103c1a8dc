import { useComputed, useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { formatClock, formatSpeed, speedUnit } from "../format.ts";
import { useSession } from "./context.ts";

/** How often the measures are read out at most, ms: every second would drown all else. */
const INTERVAL = 20_000;

/** The measures in a sentence for screen readers, now and then; a crash at once. */
export function Summary() {
  const { store } = useSession();
  const spoken = useSignal("");
  const crashes = useComputed(() => store.kpi.value?.crashes ?? 0).value;
  useEffect(() => {
    const speak = () => {
      const kpi = store.kpi.peek();
      if (!kpi) return;
      const unit = speedUnit(store.info.peek()?.country ?? "");
      const speed = formatSpeed(kpi.mean_speed, unit);
      spoken.value = `${formatClock(kpi.time, false)}: ${kpi.on_road} vehicles on the road, mean speed ${speed}, ${kpi.waiting} waiting, ${kpi.arrived} arrived, ${crashes} crashes.`;
    };
    speak();
    const timer = setInterval(speak, INTERVAL);
    return () => clearInterval(timer);
  }, [store, spoken, crashes]);
  return (
    <p class="hidden" aria-live="polite" data-testid="summary">
      {spoken}
    </p>
  );
}

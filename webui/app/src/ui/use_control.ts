import { useComputed } from "@preact/signals";
import { useSession } from "./context.ts";

/** Whether the controls work, and if not, why, in words. */
export function useControl() {
  const { store } = useSession();
  return useComputed(() => {
    const granted = store.control.value === "granted";
    const hint =
      store.control.value === "refused"
        ? "The control token is wrong. Open the address that roadtwin serve printed."
        : "View only. To control the simulation, open the address with ?token=… that roadtwin serve printed.";
    return { enabled: granted && store.connection.value.kind === "open" && store.run.value !== null, granted, hint };
  }).value;
}

import { useSignal } from "@preact/signals";
import { useSession } from "./context.ts";
import { useControl } from "./use_control.ts";

/** What has been done can be undone, and the run as it has become kept as a variant of its scenario. */
export function Changes() {
  const session = useSession();
  const { enabled } = useControl();
  const undo = session.store.run.value?.undo ?? "";
  return (
    <section class="changes">
      {enabled && (
        <button
          type="button"
          class="toggle small"
          data-testid="undo"
          disabled={undo === ""}
          title={undo === "" ? "Nothing has been changed" : `Undo: ${undo} (U)`}
          onClick={() => session.control({ action: "undo" })}
        >
          Undo{undo && `: ${undo}`}
        </button>
      )}
      <a class="toggle small" data-testid="variant" href="api/variant?name=live" download="live.yaml">
        Save as a variant
      </a>
    </section>
  );
}

/** The sky to be had from now on, in a run that has weather. */
export function SkyForm() {
  const session = useSession();
  const { enabled } = useControl();
  const sky = session.store.weather.value?.sky;
  const wanted = useSignal({ temperature: sky?.temperature ?? 10, rain: sky?.rain ?? 0, snow: sky?.snow ?? 0 });
  if (!enabled || !sky) return null;
  const field = (name: "temperature" | "rain" | "snow", label: string, least: number, most: number) => (
    <label>
      {label}
      <input
        type="number"
        min={least}
        max={most}
        step={0.5}
        required
        value={wanted.value[name]}
        onInput={(event) => {
          wanted.value = { ...wanted.value, [name]: event.currentTarget.valueAsNumber };
        }}
      />
    </label>
  );
  return (
    <details class="sky-form" data-testid="sky-form">
      <summary>Other weather</summary>
      <form
        class="acts"
        onSubmit={(event) => {
          event.preventDefault();
          session.control({ action: "sky", value: wanted.value });
        }}
      >
        {field("temperature", "°C", -40, 50)}
        {field("rain", "Rain, mm/h", 0, 100)}
        {field("snow", "Snow, mm/h", 0, 50)}
        <button type="submit" class="toggle small">
          From now on
        </button>
        <button type="button" class="toggle small" onClick={() => session.control({ action: "sky", value: null })}>
          As forecast
        </button>
      </form>
    </details>
  );
}

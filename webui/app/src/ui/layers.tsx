import { formatClock } from "../format.ts";
import { LAYER_LOOKS, type ShownLayer } from "../map/measure_layer.ts";
import { DARK, LIGHT } from "../map/palette.ts";
import { currentTheme } from "../state/theme.ts";
import { useSession } from "./context.ts";

/** Chooses the measure that the streets are coloured by, and says what the colours mean. */
export function Layers() {
  const { store } = useSession();
  const shown = store.layer.value;
  const look = shown && LAYER_LOOKS[shown];
  const colours = (currentTheme.value === "dark" ? DARK : LIGHT).load;
  const time = store.layerTime.value;
  return (
    <div class="layers">
      <label>
        Streets by
        <select
          data-testid="layer"
          value={shown ?? ""}
          onChange={(event) => {
            store.layer.value = (event.currentTarget.value || null) as ShownLayer | null;
          }}
        >
          <option value="">nothing</option>
          {(Object.keys(LAYER_LOOKS) as ShownLayer[]).map((layer) => (
            <option key={layer} value={layer}>
              {LAYER_LOOKS[layer].name}
            </option>
          ))}
        </select>
      </label>
      {look && (
        <div class="ramp" data-testid="layer-legend">
          <p class="note">{look.what}</p>
          <div class="ramp-bar" style={{ background: `linear-gradient(90deg, ${colours.join(", ")})` }} />
          <div class="ramp-ends">
            <span>{look.ends[0]}</span>
            <span>{look.ends[1]}</span>
          </div>
          <p class="note">
            {time && time.interval > 0
              ? `${Math.round(time.interval / 60)} minutes to ${formatClock(time.time, false)}`
              : "The first minute has not passed yet"}
          </p>
        </div>
      )}
    </div>
  );
}

import { formatName, formatShare } from "../format.ts";
import { DARK, LIGHT } from "../map/palette.ts";
import { currentTheme } from "../state/theme.ts";
import { useSession } from "./context.ts";

/** Turns the colours of streets by what lies on them on and off, and says what they mean and how much there is of each. */
export function Roads() {
  const session = useSession();
  const { info, roads, weather } = session.store;
  const shown = roads.value;
  const colours = (currentTheme.value === "dark" ? DARK : LIGHT).conditions;
  const shares = weather.value?.roads ?? {};
  return (
    <>
      <button
        type="button"
        class="toggle small"
        data-testid="roads"
        aria-pressed={shown}
        title="Show what lies on the roads (R)"
        onClick={() => session.toggleRoads()}
      >
        Conditions
      </button>
      {shown && (
        <ul class="swatches conditions" data-testid="conditions">
          {(info.value?.conditions ?? [])
            .filter((name) => shares[name] !== undefined)
            .map((name) => (
              <li key={name}>
                <span class="swatch" style={{ background: colours[name] }} />
                {formatName(name)} <span class="share">{formatShare(shares[name] ?? 0)}</span>
              </li>
            ))}
        </ul>
      )}
    </>
  );
}

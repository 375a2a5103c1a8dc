import { useSignal } from "@preact/signals";
import { formatName, speedUnit, speedValue } from "../format.ts";
import { DARK, LIGHT } from "../map/palette.ts";
import { type ColourBy, FAST } from "../map/vehicle_layer.ts";
import { currentTheme } from "../state/theme.ts";
import { useSession } from "./context.ts";
import { Guesses } from "./guesses.tsx";
import { LegendIcon } from "./icons.tsx";
import { Layers } from "./layers.tsx";
import { Roads } from "./roads.tsx";
import { roomy } from "./room.ts";

const CHOICES: readonly ColourBy[] = ["speed", "class"];

export function Legend() {
  const { store } = useSession();
  const open = useSignal(roomy());
  const far = store.zoom.value < (store.info.value?.vehicle_zoom ?? 13);
  if (!open.value) {
    return (
      <button type="button" class="card chip" aria-expanded="false" onClick={() => (open.value = true)}>
        <LegendIcon /> Legend
      </button>
    );
  }
  return (
    <section class="card legend" aria-label="Legend">
      <div class="legend-head">
        <button type="button" class="heading-button" aria-expanded="true" onClick={() => (open.value = false)}>
          <LegendIcon /> Legend
        </button>
        {!far && (
          <fieldset class="segments small">
            <legend class="hidden">Colour of vehicles</legend>
            {CHOICES.map((choice) => (
              <button
                key={choice}
                type="button"
                aria-pressed={store.colourBy.value === choice}
                onClick={() => (store.colourBy.value = choice)}
              >
                {formatName(choice)}
              </button>
            ))}
          </fieldset>
        )}
      </div>
      {far ? <LoadRamp /> : store.colourBy.value === "speed" ? <SpeedRamp /> : <Classes />}
      {!far && <Lights />}
      <Layers />
      <div class="overlays">
        <Roads />
        <Guesses />
      </div>
    </section>
  );
}

const palette = () => (currentTheme.value === "dark" ? DARK : LIGHT);
const ramp = (colours: readonly string[]) => ({ background: `linear-gradient(90deg, ${colours.join(", ")})` });

function SpeedRamp() {
  const unit = speedUnit(useSession().store.info.value?.country ?? "");
  return (
    <div class="ramp">
      <div class="ramp-bar" style={ramp(palette().vehicles.speed)} />
      <div class="ramp-ends">
        <span>standing</span>
        <span>
          {speedValue(FAST, unit)} {unit} and more
        </span>
      </div>
    </div>
  );
}

function LoadRamp() {
  return (
    <div class="ramp">
      <div class="ramp-bar" style={ramp(palette().load)} />
      <div class="ramp-ends">
        <span>standing</span>
        <span>at the speed limit</span>
      </div>
      <p class="note">Streets with traffic. Zoom in to see vehicles.</p>
    </div>
  );
}

function Classes() {
  const classes = useSession().store.info.value?.classes ?? [];
  return (
    <ul class="swatches">
      {classes.map(({ id, name }) => (
        <li key={id}>
          <span class="swatch" style={{ background: palette().vehicles.classes[id] }} />
          {formatName(name)}
        </li>
      ))}
    </ul>
  );
}

/** Signals by colour and shape, and the lights of vehicles. */
function Lights() {
  const { red, amber, green } = palette().signals;
  return (
    <ul class="swatches lights">
      <li>
        <svg viewBox="0 0 22 8" aria-hidden="true">
          <rect x="1" y="2" width="20" height="4" rx="1.6" fill={red} />
        </svg>
        Red
      </li>
      <li>
        <svg viewBox="0 0 22 8" aria-hidden="true">
          <rect x="1" y="2" width="8" height="4" rx="1.6" fill={amber} />
          <rect x="13" y="2" width="8" height="4" rx="1.6" fill={amber} />
        </svg>
        Amber
      </li>
      <li>
        <svg viewBox="0 0 22 8" aria-hidden="true">
          <rect x="1" y="2" width="5" height="4" rx="1.6" fill={green} />
          <rect x="16" y="2" width="5" height="4" rx="1.6" fill={green} />
        </svg>
        Green
      </li>
      <li>
        <span class="swatch brake" /> Braking
      </li>
      <li>
        <span class="swatch crash" /> Crashed
      </li>
      <li>
        <span class="swatch tyres" /> Tyre limit
      </li>
    </ul>
  );
}

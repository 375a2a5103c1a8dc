import { formatName } from "../format.ts";
import { DARK, LIGHT } from "../map/palette.ts";
import type { Provenance } from "../protocol/messages.ts";
import { GUESSED } from "../state/store.ts";
import { currentTheme } from "../state/theme.ts";
import { useSession } from "./context.ts";

const MEANING: readonly (readonly [Provenance, string])[] = [
  ["tagged", "Tagged"],
  ["derived", "Derived"],
  ["default", "Default"],
];

/** Turns the colours of streets by where their values come from on and off, and says what they mean. */
export function Guesses() {
  const session = useSession();
  const { guesses } = session.store;
  const shown = guesses.value;
  const colours = (currentTheme.value === "dark" ? DARK : LIGHT).provenance;
  return (
    <>
      <button
        type="button"
        class="toggle small"
        data-testid="guesses"
        aria-pressed={shown !== null}
        title="Show where the values of streets come from (G)"
        onClick={() => session.toggleGuesses()}
      >
        Import guesses
      </button>
      {shown && (
        <>
          <fieldset class="segments small">
            <legend class="hidden">Value of streets whose source is shown</legend>
            {GUESSED.map((value) => (
              <button
                key={value}
                type="button"
                aria-pressed={value === shown}
                onClick={() => {
                  guesses.value = value;
                }}
              >
                {formatName(value)}
              </button>
            ))}
          </fieldset>
          <ul class="swatches sources">
            {MEANING.map(([source, text]) => (
              <li key={source}>
                <span class="swatch" style={{ background: colours[source] }} />
                {text}
              </li>
            ))}
          </ul>
        </>
      )}
    </>
  );
}

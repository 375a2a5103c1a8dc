import { useComputed } from "@preact/signals";
import { formatClock, formatFactor, formatName } from "../format.ts";
import { currentTheme, toggleTheme } from "../state/theme.ts";
import { useSession } from "./context.ts";
import { HelpIcon, Mark, MoonIcon, PauseIcon, PlayIcon, StepIcon, SunIcon } from "./icons.tsx";
import { Status } from "./status.tsx";
import { toggleDialog } from "./timeline.tsx";
import { useControl } from "./use_control.ts";

export function Header() {
  const { store } = useSession();
  const name = useComputed(() => store.info.value?.name ?? "");
  return (
    <header class="header">
      <div class="brand">
        <Mark />
        <div class="brand-text">
          <h1>Roadtwin</h1>
          <p>{name}</p>
        </div>
      </div>
      <div class="transport">
        <PlayButton />
        <StepButton />
        <Clock />
        <SpeedControl />
        <ViewOnly />
      </div>
      <div class="header-end">
        <Weather />
        <Status />
        <HelpButton />
        <ThemeButton />
      </div>
    </header>
  );
}

/** Says that the controls do not work here, and on a click how they would. */
function ViewOnly() {
  const { store } = useSession();
  const { granted, hint } = useControl();
  if (granted) return null;
  return (
    <button
      type="button"
      class="view-only"
      title={hint}
      onClick={() => {
        store.notice.value = { kind: "info", text: hint };
      }}
    >
      View only
    </button>
  );
}

function PlayButton() {
  const session = useSession();
  const { enabled, granted, hint } = useControl();
  const { run, review, reviewPlaying } = session.store;
  const looking = review.value !== null;
  const playing = looking ? reviewPlaying.value : (run.value?.playing ?? false);
  const ended = !looking && run.value?.ended;
  const label = ended ? "The period has ended" : `${playing ? "Pause" : "Play"}${looking ? " the recording" : ""}`;
  return (
    <button
      type="button"
      class="play"
      data-testid="play"
      aria-label={label}
      title={granted || looking ? `${label} (space)` : hint}
      disabled={!looking && (!enabled || ended)}
      onClick={() => session.togglePlaying()}
    >
      {playing ? <PauseIcon /> : <PlayIcon />}
    </button>
  );
}

function StepButton() {
  const session = useSession();
  const { enabled, granted, hint } = useControl();
  const { run, review } = session.store;
  const looking = review.value !== null;
  return (
    <button
      type="button"
      class="icon-button"
      data-testid="step"
      aria-label="One step on"
      title={granted || looking ? "One step on (.)" : hint}
      disabled={!looking && (!enabled || run.value?.ended)}
      onClick={() => session.step(1)}
    >
      <StepIcon />
    </button>
  );
}

function HelpButton() {
  const session = useSession();
  return (
    <button
      type="button"
      class="icon-button"
      data-testid="help-button"
      aria-label="Keys"
      title="Keys (?)"
      onClick={() => toggleDialog(session, "help")}
    >
      <HelpIcon />
    </button>
  );
}

function Clock() {
  const { store } = useSession();
  const text = useComputed(() => (store.clock.value === null ? "--:--:--" : formatClock(store.clock.value)));
  const past = store.review.value !== null;
  return (
    <div
      class="clock"
      data-past={past}
      role="timer"
      aria-label={past ? "Time of day that is looked back at" : "Time of day in the simulation"}
      data-testid="clock"
    >
      {text}
    </div>
  );
}

const SPEEDS = [0.1, 0.5, 1, 2, 5, 10, 30, 0];
const speedName = (speed: number) => (speed === 0 ? "max" : formatFactor(speed));

function SpeedControl() {
  const session = useSession();
  const { enabled, granted, hint } = useControl();
  const { run, review, reviewSpeed } = session.store;
  const looking = review.value !== null;
  const speed = looking ? reviewSpeed.value : run.value?.speed;
  const choose = (value: number) => {
    if (looking) reviewSpeed.value = value;
    else session.control({ action: "speed", value });
  };
  const title = granted || looking ? "Times real time" : hint;
  const disabled = !enabled && !looking;
  const others = speed === undefined || SPEEDS.includes(speed) ? [] : [speed];
  return (
    <div class="speed" title={title}>
      <fieldset class="segments" disabled={disabled}>
        <legend class="hidden">Speed of the simulation</legend>
        {SPEEDS.map((each) => (
          <button
            key={each}
            type="button"
            aria-pressed={each === speed}
            aria-label={each === 0 ? "max: as fast as it goes" : `${each} times real time`}
            onClick={() => choose(each)}
          >
            {speedName(each)}
          </button>
        ))}
      </fieldset>
      <select
        class="speed-select"
        aria-label="Speed of the simulation"
        disabled={disabled}
        value={speed ?? 1}
        onChange={(event) => choose(Number(event.currentTarget.value))}
      >
        {[...SPEEDS, ...others].map((each) => (
          <option key={each} value={each}>
            {speedName(each)}
          </option>
        ))}
      </select>
      <Factor />
    </div>
  );
}

/** How fast the simulation really runs, where that is not what was asked for. */
function Factor() {
  const { store } = useSession();
  const text = useComputed(() => {
    const [factor, run] = [store.kpi.value?.factor, store.run.value];
    if (store.review.value !== null || factor === undefined || factor < 0.05 || !run?.playing) return ""; // it has just been told to play
    const asked = run.speed;
    return asked > 0 && Math.abs(factor - asked) < 0.15 * asked ? "" : formatFactor(factor);
  });
  return (
    <output class="factor" title="Simulated seconds per second, measured">
      {text}
    </output>
  );
}

function Weather() {
  const session = useSession();
  const { enabled, granted, hint } = useControl();
  const { info, run, weather } = session.store;
  return (
    <label class="weather" title={granted ? "What lies on all roads" : hint}>
      <span>Road</span>
      <select
        aria-label="Condition of the roads"
        data-testid="weather"
        disabled={!enabled}
        value={run.value?.condition ?? "dry"}
        onChange={(event) => session.control({ action: "weather", value: event.currentTarget.value })}
      >
        {weather.value?.sky && <option value="weather">As the weather</option>}
        {(info.value?.conditions ?? ["dry"]).map((condition) => (
          <option key={condition} value={condition}>
            {formatName(condition)}
          </option>
        ))}
      </select>
    </label>
  );
}

function ThemeButton() {
  const dark = currentTheme.value === "dark";
  const label = dark ? "Light colours" : "Dark colours";
  return (
    <button
      type="button"
      class="icon-button"
      aria-label={label}
      title={label}
      data-testid="theme"
      onClick={toggleTheme}
    >
      {dark ? <SunIcon /> : <MoonIcon />}
    </button>
  );
}

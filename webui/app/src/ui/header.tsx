import { useComputed } from "@preact/signals";
import { formatClock, formatFactor, formatName } from "../format.ts";
import { currentTheme, toggleTheme } from "../state/theme.ts";
import { useSession } from "./context.ts";
import { Mark, MoonIcon, PauseIcon, PlayIcon, SunIcon } from "./icons.tsx";
import { Status } from "./status.tsx";

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
        <Clock />
        <SpeedControl />
        <ViewOnly />
      </div>
      <div class="header-end">
        <Weather />
        <Status />
        <ThemeButton />
      </div>
      <Progress />
    </header>
  );
}

/** Whether the controls work, and if not, why, in words. */
function useControl() {
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
  const run = session.store.run.value;
  const playing = run?.playing ?? false;
  const label = run?.ended ? "The period has ended" : playing ? "Pause" : "Play";
  return (
    <button
      type="button"
      class="play"
      data-testid="play"
      aria-label={label}
      title={granted ? `${label} (space)` : hint}
      disabled={!enabled || run?.ended}
      onClick={() => session.togglePlaying()}
    >
      {playing ? <PauseIcon /> : <PlayIcon />}
    </button>
  );
}

function Clock() {
  const { store } = useSession();
  const text = useComputed(() => (store.clock.value === null ? "--:--:--" : formatClock(store.clock.value)));
  return (
    <div class="clock" role="timer" aria-label="Time of day in the simulation" data-testid="clock">
      {text}
    </div>
  );
}

const SPEEDS = [1, 2, 5, 10, 30, 0];
const speedName = (speed: number) => (speed === 0 ? "max" : formatFactor(speed));

function SpeedControl() {
  const session = useSession();
  const { enabled, granted, hint } = useControl();
  const speed = session.store.run.value?.speed;
  const choose = (value: number) => session.control({ action: "speed", value });
  const title = granted ? "Times real time" : hint;
  const others = speed === undefined || SPEEDS.includes(speed) ? [] : [speed];
  return (
    <div class="speed" title={title}>
      <fieldset class="segments" disabled={!enabled}>
        <legend class="hidden">Speed of the simulation</legend>
        {SPEEDS.map((each) => (
          <button
            key={each}
            type="button"
            aria-pressed={each === speed}
            aria-label={each === 0 ? "As fast as it goes" : `${each} times real time`}
            onClick={() => choose(each)}
          >
            {speedName(each)}
          </button>
        ))}
      </fieldset>
      <select
        class="speed-select"
        aria-label="Speed of the simulation"
        disabled={!enabled}
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
    if (factor === undefined || factor < 0.05 || !run?.playing) return ""; // it has just been told to play
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

/** How much of the period has passed, as a line below the header. */
function Progress() {
  const { store } = useSession();
  const done = useComputed(() => {
    const [info, clock] = [store.info.value, store.clock.value];
    if (!info || clock === null || info.end <= info.begin) return 0;
    return Math.min(Math.max((clock - info.begin) / (info.end - info.begin), 0), 1);
  });
  return <div class="progress" style={{ transform: `scaleX(${done.value})` }} />;
}

import { formatClock, formatName, formatSpeed, type SpeedUnit, speedUnit } from "../format.ts";
import type { CrashCause, Mark } from "../protocol/messages.ts";
import { useSession } from "./context.ts";
import { causesOf } from "./crash_causes.ts";
import { CloseIcon } from "./icons.tsx";

/** What is known of a crash: who, how fast, and why. */
export function CrashPanel() {
  const session = useSession();
  const mark = session.store.crash.value;
  if (!mark?.crash) return null;
  const { crash } = mark;
  const unit = speedUnit(session.store.info.value?.country ?? "");
  return (
    <aside class="card vehicle crash-panel" aria-label="Crash" data-testid="crash">
      <div class="vehicle-head">
        <div>
          <h2>{mark.kind === "off_road" ? "Left the road" : "Crash"}</h2>
          <p class="vehicle-place">
            {formatClock(mark.time)}. {mark.text}
          </p>
        </div>
        <button
          type="button"
          class="icon-button"
          aria-label="Close (Escape)"
          onClick={() => (session.store.crash.value = null)}
        >
          <CloseIcon />
        </button>
      </div>
      <dl class="facts">
        <div>
          <dt>{mark.kind === "off_road" ? "Speed" : "Closing speed"}</dt>
          <dd>{formatSpeed(crash.closing_speed, unit)}</dd>
        </div>
        {crash.delta_v > 0 && (
          <div>
            <dt>Change of speed</dt>
            <dd>{formatSpeed(crash.delta_v, unit)}</dd>
          </div>
        )}
      </dl>
      <Party name={partyName(mark)} vehicle={mark.vehicle} cause={crash.striking} unit={unit} />
      {crash.struck && crash.other !== null && (
        <Party name="Struck" vehicle={crash.other} cause={crash.struck} unit={unit} />
      )}
      <button type="button" class="toggle small" onClick={() => session.showMark(mark)}>
        Watch it from 8 s before
      </button>
    </aside>
  );
}

const partyName = (mark: Mark) => (mark.kind === "off_road" ? "Vehicle" : "Striking");

interface PartyProps {
  readonly name: string;
  readonly vehicle: number | undefined;
  readonly cause: CrashCause;
  readonly unit: SpeedUnit;
}

function Party({ name, vehicle, cause, unit }: PartyProps) {
  const session = useSession();
  return (
    <section>
      <h3>
        {name}
        {vehicle !== undefined && (
          <>
            {" "}
            <button type="button" class="text-button" onClick={() => session.select(vehicle)}>
              {vehicle}
            </button>
          </>
        )}
        , {formatSpeed(cause.speed_m_s, unit)}, {formatName(cause.condition).toLowerCase()} {cause.surface}
      </h3>
      <ul class="causes">
        {causesOf(cause).map((text) => (
          <li key={text}>{text}</li>
        ))}
      </ul>
    </section>
  );
}

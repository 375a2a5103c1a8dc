import {
  formatDistance,
  formatDuration,
  formatName,
  formatSigned,
  formatStreet,
  type SpeedUnit,
  speedSign,
  speedUnit,
  speedValue,
} from "../format.ts";
import type { VehicleDetail } from "../protocol/messages.ts";
import { useSession } from "./context.ts";
import { EnvelopeChart } from "./envelope_chart.tsx";
import { CloseIcon, FollowIcon } from "./icons.tsx";
import { limitWords } from "./limits.ts";

/** Everything about the selected vehicle. */
export function VehiclePanel() {
  const session = useSession();
  const selection = session.store.selection.value;
  if (!selection) return null;
  const { vehicle, detail, gone } = selection;
  const street = formatStreet(detail?.street ?? "") || "Unnamed street";
  const where = detail?.in_junction ? `Junction after ${street}` : street;
  return (
    <aside class="card vehicle" data-gone={gone} aria-label="Selected vehicle" data-testid="vehicle">
      <div class="vehicle-head">
        <div>
          <h2>
            <span data-testid="vehicle-class">{detail ? formatName(detail.class) : "Vehicle"}</span>{" "}
            <span class="vehicle-id" data-testid="vehicle-id">
              {vehicle}
            </span>
          </h2>
          <p class="vehicle-place">{gone ? "Has left the road" : detail ? where : "…"}</p>
        </div>
        <button
          type="button"
          class="icon-button"
          aria-label="Close (Escape)"
          title="Close (Escape)"
          onClick={() => session.select(null)}
        >
          <CloseIcon />
        </button>
      </div>
      {session.store.review.value !== null && (
        <p class="note past-note">This is the vehicle now. Of the past only its place, speed and class are recorded.</p>
      )}
      {detail && <Details detail={detail} gone={gone} />}
    </aside>
  );
}

function Details({ detail, gone }: { detail: VehicleDetail; gone: boolean }) {
  const { store } = useSession();
  const unit = speedUnit(store.info.value?.country ?? "");
  return (
    <>
      <div class="vehicle-speed">
        <p class="speed-now" data-testid="vehicle-speed">
          {speedValue(detail.speed, unit)} <small>{unit}</small>
        </p>
        <SpeedSign limit={detail.speed_limit} unit={unit} />
        <FollowButton disabled={gone} />
      </div>
      <LimitLine detail={detail} />
      <dl class="facts">
        <Fact name="Wished speed" value={`${speedValue(detail.wish_speed, unit)} ${unit}`} />
        <Fact name="Acceleration" value={`${formatSigned(detail.acceleration)} m/s²`} />
        <Leader detail={detail} />
        <Fact
          name="Stopping distance"
          value={detail.stopping_distance === null ? "–" : formatDistance(detail.stopping_distance)}
          hint="At full braking, without reaction time"
        />
        <Fact
          name="Grip of the road"
          value={grip(detail)}
          hint="In comparison with dry asphalt, and what its driver believes"
        />
        {detail.faults.length > 0 && <Fact name="Technical state" value={detail.faults.map(formatName).join(", ")} />}
        {detail.brake_heat > 50 && <Fact name="Brakes" value={`${Math.round(detail.brake_heat)} K above the air`} />}
        <Fact name="On the road for" value={formatDuration(detail.travel_time)} />
        <Fact
          name="Trip"
          value={`${formatStreet(detail.from) || "unnamed"} → ${formatStreet(detail.to) || "unnamed"}`}
          hint="Where it began and where it leads"
        />
        <Fact name="Route" value={`street ${detail.route_at} of ${detail.route_edges}`} />
      </dl>
      <EnvelopeChart detail={detail} envelope={store.selection.value?.envelope} unit={unit} />
    </>
  );
}

function FollowButton({ disabled }: { disabled: boolean }) {
  const { store } = useSession();
  const following = store.follow.value;
  return (
    <button
      type="button"
      class="toggle"
      aria-pressed={following}
      disabled={disabled}
      onClick={() => {
        store.follow.value = !following;
      }}
    >
      <FollowIcon /> {following ? "Following" : "Follow"}
    </button>
  );
}

function grip({ grip, believed }: VehicleDetail): string {
  const real = `${Math.round(100 * grip)} %`;
  return Math.abs(grip - believed) < 0.05 ? real : `${real}, believed ${Math.round(100 * believed)} %`;
}

/** What holds the vehicle back most, in words. */
function LimitLine({ detail }: { detail: VehicleDetail }) {
  const { heading, text } = limitWords(detail.limit, detail.limit_text);
  return (
    <p class="limit" data-limit={detail.limit} data-testid="vehicle-limit">
      <span class="limit-label">{heading}</span>
      <span>{text}</span>
    </p>
  );
}

function Leader({ detail }: { detail: VehicleDetail }) {
  const session = useSession();
  const { leader, gap, speed } = detail;
  if (leader === null || gap === null) return <Fact name="Vehicle ahead" value="none in sight" />;
  const seconds = speed > 1 ? ` · ${(gap / speed).toFixed(1)} s` : "";
  return (
    <div>
      <dt>Vehicle ahead</dt>
      <dd>
        {formatDistance(gap)}
        {seconds}{" "}
        <button
          type="button"
          class="text-button"
          title="Select the vehicle ahead"
          onClick={() => session.select(leader)}
        >
          {leader}
        </button>
      </dd>
    </div>
  );
}

function Fact({ name, value, hint }: { name: string; value: string; hint?: string }) {
  return (
    <div title={hint}>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}

/** The speed limit as the signs of the country show it. */
function SpeedSign({ limit, unit }: { limit: number; unit: SpeedUnit }) {
  const value = speedValue(limit, unit);
  const shape = speedSign(useSession().store.info.value?.country ?? "");
  return (
    <span
      class="sign"
      data-shape={shape}
      role="img"
      aria-label={`Speed limit ${value} ${unit}`}
      title="Speed limit here"
    >
      {shape === "rectangle" && <small>LIMIT</small>}
      {value}
    </span>
  );
}

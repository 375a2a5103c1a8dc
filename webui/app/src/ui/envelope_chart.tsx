import { formatName, formatSigned, type SpeedUnit, speedValue } from "../format.ts";
import type { Envelope, VehicleDetail } from "../protocol/messages.ts";
import { mix } from "../traffic/interpolate.ts";

const WIDTH = 244;
const HEIGHT = 118;
const LEFT = 24;
const RIGHT = 6;
const TOP = 8;
const BOTTOM = 18;

/** m/s²; brakes and tyres of road vehicles stay inside of this. */
const STRONGEST_DRIVE = 5;
const STRONGEST_BRAKE = 12;

/**
 * The acceleration of a vehicle within what its tyres, brakes and engine give: speed to the right, acceleration up,
 * the possible shaded, the vehicle a dot. Without the whole envelope, the present span alone.
 */
export function EnvelopeChart({ detail, envelope, unit }: Props) {
  const fastest = Math.max(detail.speed_limit * 1.35, detail.speed * 1.15, 15);
  const x = (speed: number) => LEFT + (speed / fastest) * (WIDTH - LEFT - RIGHT);
  const y = (acceleration: number) => TOP + ((STRONGEST_DRIVE - acceleration) / SPAN) * (HEIGHT - TOP - BOTTOM);
  const at = (speed: number, acceleration: number) => `${x(speed).toFixed(1)},${y(acceleration).toFixed(1)}`;
  const surface = envelope ? `${formatName(envelope.surface)}, ${envelope.condition}` : "This road now";
  return (
    <figure class="envelope">
      <figcaption>
        <span>What tyres and engine give</span>
        <span>{surface}</span>
      </figcaption>
      <svg
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        role="img"
        aria-label={`Acceleration ${formatSigned(detail.acceleration)}, possible from ${formatSigned(-detail.brake)} to ${formatSigned(detail.drive)} metres per second squared`}
      >
        {envelope && (
          <path
            class="envelope-area"
            d={`M${outline(envelope, fastest)
              .map(([v, a]) => at(v, a))
              .join("L")}Z`}
          />
        )}
        {[4, 0, -4, -8, -12].map((tick) => (
          <g key={tick}>
            <line class={tick === 0 ? "axis" : "grid"} x1={LEFT} x2={WIDTH - RIGHT} y1={y(tick)} y2={y(tick)} />
            <text x={LEFT - 5} y={y(tick) + 3.5} text-anchor="end">
              {tick > 0 ? `+${tick}` : String(tick).replace("-", "−")}
            </text>
          </g>
        ))}
        <line class="span" x1={x(detail.speed)} x2={x(detail.speed)} y1={y(detail.drive)} y2={y(-detail.brake)} />
        <circle class="now" cx={x(detail.speed)} cy={y(detail.acceleration)} r="4.2" />
        <text x={LEFT} y={HEIGHT - 4}>
          0
        </text>
        <text x={WIDTH - RIGHT} y={HEIGHT - 4} text-anchor="end">
          {speedValue(fastest, unit)} {unit}
        </text>
      </svg>
      <p class="note">m/s² over speed: driving above 0, braking below</p>
    </figure>
  );
}

interface Props {
  readonly detail: VehicleDetail;
  readonly envelope: Envelope | undefined;
  readonly unit: SpeedUnit;
}

const SPAN = STRONGEST_DRIVE + STRONGEST_BRAKE;

/** Returns the corners of the envelope up to a speed (m/s): along the drive side, back along the brake side. */
export function outline({ speed_step, brake, drive }: Envelope, fastest: number): [number, number][] {
  const side = (values: readonly number[], sign: 1 | -1) =>
    cut(
      values.map((value, i) => [i * speed_step, clamp(sign * value)]),
      fastest,
    );
  return [...side(drive, 1), ...side(brake, -1).reverse()];
}

/** Cuts a line of rising speeds at `fastest`. */
function cut(line: [number, number][], fastest: number): [number, number][] {
  const end = line.findIndex(([speed]) => speed > fastest);
  if (end <= 0) return line;
  const [v0, a0] = line[end - 1] as [number, number];
  const [v1, a1] = line[end] as [number, number];
  if (v0 === fastest) return line.slice(0, end);
  return [...line.slice(0, end), [fastest, mix(a0, a1, (fastest - v0) / (v1 - v0))]];
}

function clamp(acceleration: number): number {
  return Math.min(Math.max(acceleration, -STRONGEST_BRAKE), STRONGEST_DRIVE);
}

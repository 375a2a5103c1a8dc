import { formatDistance, formatName, formatSigned, formatSpeed, formatStreet, speedUnit } from "../format.ts";
import type { Provenance, Street, StreetLane } from "../protocol/messages.ts";
import { useSession } from "./context.ts";
import { CloseIcon } from "./icons.tsx";
import { laneValues, SOURCE_WORDS } from "./lane_values.ts";
import { StreetLive } from "./street_live.tsx";

/** What is known of the selected street, and where each value comes from. */
export function StreetPanel() {
  const session = useSession();
  const selection = session.store.street.value;
  if (!selection) return null;
  const { street } = selection;
  return (
    <aside class="card vehicle street" aria-label="Selected street" data-testid="street">
      <div class="vehicle-head">
        <div>
          <h2>{street ? formatStreet(street.name) || "Unnamed street" : "Street"}</h2>
          <p class="vehicle-place">{street ? describe(street) : "…"}</p>
        </div>
        <button
          type="button"
          class="icon-button"
          aria-label="Close (Escape)"
          title="Close (Escape)"
          onClick={() => session.selectStreet(null)}
        >
          <CloseIcon />
        </button>
      </div>
      {street && <StreetLive street={street} />}
      {street && (
        <button type="button" class="text-button" onClick={() => session.selectJunction(street.junction)}>
          The junction at its end
        </button>
      )}
      {street && <Values street={street} />}
    </aside>
  );
}

function describe(street: Street): string {
  const parts = [formatName(street.road), formatDistance(street.length)];
  if (street.bridge) parts.push("bridge");
  if (street.tunnel) parts.push("tunnel");
  if (street.access_only) parts.push("access only");
  return parts.join(" · ");
}

function Values({ street }: { street: Street }) {
  const unit = speedUnit(useSession().store.info.value?.country ?? "");
  const of = (read: (lane: StreetLane) => string) => laneValues(street.lanes, read);
  const source = (key: keyof StreetLane["source"]) => weakest(street.lanes.map((lane) => lane.source[key]));
  return (
    <>
      <dl class="facts">
        <Value name="Speed limit" value={of((lane) => formatSpeed(lane.limit, unit))} source={source("limit")} />
        <Value name="Lanes" value={String(street.lanes.length)} source={source("lanes")} />
        <Value name="Lane width" value={of((lane) => `${lane.width.toFixed(2)} m`)} source={source("width")} />
        <Value name="Surface" value={of((lane) => formatName(lane.surface))} source={source("surface")} />
        <Value
          name="Gradient"
          value={of((lane) => `${formatSigned(100 * lane.gradient)} %`)}
          source={source("gradient")}
        />
        <Value
          name="Arrows"
          value={of((lane) => lane.turns.map(formatName).join(", ") || "none")}
          source={source("turns")}
        />
        <Value name="Open to" value={of((lane) => allOr(lane.permitted))} source={source("permitted")} />
      </dl>
      <p class="note">
        {street.lanes.length > 1 && "Lanes that differ are listed from the kerb. "}
        {street.osm_way !== 0 && (
          <a href={`https://www.openstreetmap.org/way/${Math.abs(street.osm_way)}`} target="_blank" rel="noreferrer">
            Way {Math.abs(street.osm_way)} on OpenStreetMap
          </a>
        )}
      </p>
    </>
  );
}

const CLASSES = 6;

const allOr = (classes: readonly string[]) =>
  classes.length === CLASSES
    ? "everybody"
    : classes.map((name) => formatName(name).toLowerCase()).join(", ") || "nobody";

const ORDER: readonly Provenance[] = ["default", "derived", "tagged"];

const weakest = (sources: readonly Provenance[]): Provenance =>
  ORDER.find((each) => sources.includes(each)) ?? "default";

function Value({ name, value, source }: { name: string; value: string; source: Provenance }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        {value}
        <span class="source" data-source={source} title={SOURCE_WORDS[source].long}>
          {SOURCE_WORDS[source].short}
        </span>
      </dd>
    </div>
  );
}

import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { formatName, formatStreet } from "../format.ts";
import type { JunctionNow, MovementNow, SignalNow } from "../protocol/messages.ts";
import { useSession } from "./context.ts";
import { CloseIcon } from "./icons.tsx";
import { ringArcs, ringPoint } from "./ring.ts";
import { useControl } from "./use_control.ts";

/** What goes on at the chosen junction, and the timings of its signals. */
export function JunctionPanel() {
  const session = useSession();
  const selection = session.store.junction.value;
  const { enabled } = useControl();
  if (!selection) return null;
  const { now } = selection;
  return (
    <aside class="card vehicle junction" aria-label="Selected junction" data-testid="junction">
      <div class="vehicle-head">
        <div>
          <h2>{now ? formatStreet(now.name) || "Unnamed junction" : "Junction"}</h2>
          <p class="vehicle-place">{now ? formatName(now.kind) : "…"}</p>
        </div>
        <button
          type="button"
          class="icon-button"
          aria-label="Close (Escape)"
          title="Close (Escape)"
          onClick={() => session.selectJunction(null)}
        >
          <CloseIcon />
        </button>
      </div>
      {now && <Level now={now} />}
      {now?.signal && <Ring signal={now.signal} />}
      {now && <Movements movements={now.movements} />}
      {now?.signal && enabled && <Timings key={now.signal.controller} signal={now.signal} />}
    </aside>
  );
}

function Level({ now }: { now: JunctionNow }) {
  return (
    <div
      class="level"
      title="Control delay of those who passed in the last quarter of an hour; levels of HCM exhibits 19-8 and 20-2"
    >
      <Grade los={now.los} large />
      <p>
        {now.delay === null ? "Nobody has passed of late" : `${Math.round(now.delay)} s of delay a vehicle`}
        <span class="note"> {now.vehicles} vehicles in 15 min</span>
      </p>
    </div>
  );
}

/** A level of service, by letter and colour. */
function Grade({ los, large }: { los: string; large?: boolean }) {
  return (
    <span
      class="grade"
      data-los={los}
      data-large={large}
      role="img"
      aria-label={los ? `Level of service ${los}` : "No level"}
    >
      {los || "–"}
    </span>
  );
}

/** The stages of a plan as a ring that runs. */
function Ring({ signal }: { signal: SignalNow }) {
  const { stages, stage, elapsed, cycle } = signal;
  if (stages.length === 0 || cycle <= 0) {
    return (
      <p class="note" data-testid="ring">
        Signals {formatName(signal.control).toLowerCase()}
        {stage >= 0 && `, stage ${stage + 1} for ${Math.round(elapsed)} s`}
      </p>
    );
  }
  const arcs = ringArcs(stages, cycle);
  const start = stages.slice(0, Math.max(stage, 0)).reduce((sum, each) => sum + each.green + each.intergreen, 0);
  const hand = ringPoint((start + elapsed) / cycle, 43);
  return (
    <figure class="ring" data-testid="ring">
      <svg
        viewBox="-50 -50 100 100"
        role="img"
        aria-label={`Stage ${stage + 1} of ${stages.length}, for ${Math.round(elapsed)} s; cycle ${cycle} s`}
      >
        {arcs.map((arc, i) => (
          <g key={arc.green}>
            <path class="ring-change" d={arc.change} />
            <path class="ring-green" data-now={i === stage} d={arc.green} />
            <text x={arc.label[0]} y={arc.label[1] + 4} text-anchor="middle">
              {i + 1}
            </text>
          </g>
        ))}
        {stage >= 0 && <line class="ring-hand" x1="0" y1="0" x2={hand[0]} y2={hand[1]} />}
      </svg>
      <figcaption>
        <strong>{stage >= 0 ? `Stage ${stage + 1}` : "No stage"}</strong>
        <span>
          {Math.round(elapsed)} s, {Math.round(signal.remaining)} s to go
        </span>
        <span>
          Cycle {cycle} s, offset {signal.offset} s
        </span>
        <span>{formatName(signal.control)}</span>
        {signal.pending && <span class="warn">New timings wait for the end of the cycle</span>}
        {signal.faulted && <span class="bad">Put to flashing by the conflict monitor</span>}
      </figcaption>
    </figure>
  );
}

function Movements({ movements }: { movements: readonly MovementNow[] }) {
  const session = useSession();
  const used = movements.filter(({ vehicles, queue }) => vehicles > 0 || queue > 0);
  const unused = movements.length - used.length;
  return (
    <>
      <table class="movements">
        <thead>
          <tr>
            <th scope="col">Movement</th>
            <th scope="col" title="Standing vehicles on its longest lane">
              Queue
            </th>
            <th scope="col" title="In the last quarter of an hour">
              Veh.
            </th>
            <th scope="col">Delay</th>
            <th scope="col" title="Level of service">
              LOS
            </th>
          </tr>
        </thead>
        <tbody>
          {used.map((move) => (
            <tr key={move.movement}>
              <th scope="row">
                <button type="button" title="Show its approach" onClick={() => session.selectStreet(move.from)}>
                  <span class="aspect" data-aspect={move.aspect} title={formatName(move.aspect)} />
                  {formatStreet(move.approach) || "Unnamed"}{" "}
                  <span class="note">{formatName(move.turn).toLowerCase()}</span>
                </button>
              </th>
              <td>{move.queue}</td>
              <td>{move.vehicles}</td>
              <td>{move.delay === null ? "–" : `${Math.round(move.delay)} s`}</td>
              <td>
                <Grade los={move.los} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {unused > 0 && <p class="note">{unused} movements without traffic of late</p>}
    </>
  );
}

/** Greens and offset, to be changed: the controller goes over at the end of its cycle. */
function Timings({ signal }: { signal: SignalNow }) {
  const session = useSession();
  const greens = useSignal<readonly number[]>(signal.stages.map(({ green }) => green));
  const offset = useSignal(signal.offset);
  const touched = useSignal(false);
  const known = JSON.stringify([signal.offset, signal.stages.map(({ green }) => green)]);
  useEffect(() => {
    if (touched.peek()) return;
    [offset.value, greens.value] = JSON.parse(known) as [number, number[]];
  }, [known, greens, offset, touched]);
  if (signal.stages.length === 0 || signal.control !== "fixed") {
    return <p class="note">These signals decide by themselves: they have no timings to change.</p>;
  }
  const change = signal.stages.reduce((sum, { intergreen }) => sum + intergreen, 0);
  const cycle = greens.value.reduce((sum, green) => sum + green, change);
  return (
    <form
      class="acts timings"
      data-testid="timings"
      onSubmit={(event) => {
        event.preventDefault();
        touched.value = false;
        session.control({
          action: "retime",
          value: { controller: signal.controller, offset: offset.value, greens: greens.value },
        });
      }}
    >
      <h3>Retime</h3>
      {signal.stages.map((stage, i) => (
        <label key={i} title={stage.groups.map(formatStreet).join(", ")}>
          Green {i + 1}
          <input
            type="number"
            min={stage.least}
            max={600}
            step={0.1}
            required
            aria-label={`Green of stage ${i + 1} in seconds, at least ${stage.least}`}
            value={greens.value[i]}
            onInput={(event) => {
              touched.value = true;
              const value = event.currentTarget.valueAsNumber;
              greens.value = greens.value.map((green, k) => (k === i ? value : green));
            }}
          />
        </label>
      ))}
      <label>
        Offset
        <input
          type="number"
          min={0}
          max={3600}
          step={0.1}
          required
          aria-label="Offset in seconds"
          value={offset.value}
          onInput={(event) => {
            touched.value = true;
            offset.value = event.currentTarget.valueAsNumber;
          }}
        />
      </label>
      <p class="note">Cycle {Number.isFinite(cycle) ? Math.round(cycle * 10) / 10 : "–"} s</p>
      <button type="submit" class="toggle small">
        Apply
      </button>
    </form>
  );
}

import { useSignal } from "@preact/signals";
import { formatClock } from "../format.ts";
import type { Mark, MarkKind } from "../protocol/messages.ts";
import { MARK_KINDS } from "../state/marks.ts";
import { Changes } from "./changes.tsx";
import { useSession } from "./context.ts";
import { CloseIcon } from "./icons.tsx";

/** How many events are listed at most, the newest. */
const MOST = 200;

/** What has happened, the newest first; each leads to its time and place. */
export function Events() {
  const session = useSession();
  const { marks, dialog } = session.store;
  const kind = useSignal<MarkKind | null>(null);
  const chosen = marks.value.filter((mark) => kind.value === null || mark.kind === kind.value);
  const listed = chosen.slice(-MOST).reverse();
  return (
    <section class="card events" aria-label="Events" data-testid="events">
      <div class="vehicle-head">
        <h2>Events</h2>
        <button type="button" class="icon-button" aria-label="Close (Escape)" onClick={() => (dialog.value = null)}>
          <CloseIcon />
        </button>
      </div>
      <Changes />
      <fieldset class="kinds">
        <legend class="hidden">Kind of events that are listed</legend>
        {(Object.keys(MARK_KINDS) as MarkKind[]).map((each) => (
          <button
            key={each}
            type="button"
            class="toggle small"
            aria-pressed={kind.value === each}
            onClick={() => (kind.value = kind.value === each ? null : each)}
          >
            <Glyph kind={each} /> {MARK_KINDS[each].name} {marks.value.filter((mark) => mark.kind === each).length}
          </button>
        ))}
      </fieldset>
      {listed.length === 0 ? (
        <p class="note">Nothing has happened yet: crashes, jams, changes of signals, roads and weather come here.</p>
      ) : (
        <ol>
          {listed.map((mark) => (
            <EventItem key={mark.id} mark={mark} />
          ))}
        </ol>
      )}
      {chosen.length > MOST && (
        <p class="note">
          The newest {MOST} of {chosen.length}.
        </p>
      )}
    </section>
  );
}

function EventItem({ mark }: { mark: Mark }) {
  const session = useSession();
  return (
    <li>
      <button type="button" onClick={() => session.showMark(mark)} title="Look at its time and place">
        <Glyph kind={mark.kind} />
        <span class="event-time">{formatClock(mark.time)}</span>
        <span>{mark.text}</span>
      </button>
    </li>
  );
}

/** The shape of a kind of event, as on the timeline. */
export function Glyph({ kind }: { kind: MarkKind }) {
  const { colour, shape } = MARK_KINDS[kind];
  const line = { fill: "none", stroke: colour, "stroke-width": 2 };
  return (
    <svg class="glyph" viewBox="0 0 12 12" aria-hidden="true">
      {shape === "cross" && <path d="M2 2l8 8M10 2l-8 8" {...line} />}
      {shape === "ring" && <circle cx="6" cy="6" r="4" {...line} />}
      {shape === "bar" && <rect x="4.5" width="3" height="12" fill={colour} />}
      {shape === "diamond" && <path d="M6 0l6 6-6 6-6-6z" fill={colour} />}
      {shape === "square" && <rect x="2" y="2" width="8" height="8" fill={colour} />}
      {shape === "dot" && <circle cx="6" cy="6" r="4" fill={colour} />}
    </svg>
  );
}

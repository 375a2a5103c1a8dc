import { useEffect, useRef } from "preact/hooks";
import { useSession } from "./context.ts";
import { CloseIcon } from "./icons.tsx";

const KEYS: readonly (readonly [string, readonly (readonly [string, string])[]])[] = [
  [
    "Time",
    [
      ["Space", "play or pause: the run, or the recording when looking back"],
      [".", "one step on"],
      [",", "one picture back"],
      ["[  ]", "event before, event after"],
      ["N", "back to the present"],
      ["E", "list of events"],
      ["← →", "on the timeline: through the recording; with Shift by a minute"],
    ],
  ],
  [
    "Map",
    [
      ["← → ↑ ↓", "move, when the map has the focus; + and − zoom"],
      ["Enter", "choose what is in the middle of the map"],
      ["Esc", "let go of it"],
      ["G", "where the values of streets come from"],
      ["M", "streets by the next measure: speed, delay, queue, density, flow, level"],
      ["R", "what lies on the roads"],
      ["L", "copy a link to this place, time and selection"],
      ["/", "search for a street or a junction"],
      ["U", "undo the last change (with the control token)"],
      ["?", "this help"],
    ],
  ],
];

/** What the keys do. */
export function Help() {
  const { store } = useSession();
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  const close = () => {
    store.dialog.value = null;
  };
  return (
    <dialog ref={dialog} class="card help" aria-label="Keys" data-testid="help" onClose={close}>
      <div class="vehicle-head">
        <h2>Keys</h2>
        <button type="button" class="icon-button" aria-label="Close (Escape)" onClick={close}>
          <CloseIcon />
        </button>
      </div>
      {KEYS.map(([heading, keys]) => (
        <section key={heading}>
          <h3>{heading}</h3>
          <dl>
            {keys.map(([key, does]) => (
              <div key={key}>
                <dt>
                  <kbd>{key}</kbd>
                </dt>
                <dd>{does}</dd>
              </div>
            ))}
          </dl>
        </section>
      ))}
    </dialog>
  );
}

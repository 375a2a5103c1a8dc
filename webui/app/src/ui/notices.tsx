import { useEffect } from "preact/hooks";
import { useSession } from "./context.ts";
import { CloseIcon } from "./icons.tsx";

/** How long a notice stays, ms. */
const STAY = 8000;

/** What went wrong, in one line; and, as long as it lasts, that the run has failed. */
export function Notices() {
  const { store } = useSession();
  const notice = store.notice.value;
  const failure = store.failure.value;
  const runError = store.run.value?.error;
  useEffect(() => {
    if (!notice) return;
    const timer = setTimeout(() => {
      store.notice.value = null;
    }, STAY);
    return () => clearTimeout(timer);
  }, [notice, store]);
  return (
    <div class="notices" role="alert">
      {failure && <p class="notice">{failure}</p>}
      {runError && <p class="notice">The run has failed: {runError}</p>}
      {notice && (
        <p class="notice">
          {notice.text}
          {notice.action && <NoticeAction {...notice.action} />}
          <button
            type="button"
            class="icon-button"
            aria-label="Dismiss"
            onClick={() => {
              store.notice.value = null;
            }}
          >
            <CloseIcon />
          </button>
        </p>
      )}
    </div>
  );
}

function NoticeAction({ name, does }: { name: string; does(): void }) {
  const { store } = useSession();
  const act = () => {
    store.notice.value = null;
    does();
  };
  return (
    <button type="button" class="notice-action" onClick={act}>
      {name}
    </button>
  );
}

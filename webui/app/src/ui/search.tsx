import { useSignal } from "@preact/signals";
import { useRef } from "preact/hooks";
import { formatStreet } from "../format.ts";
import type { Found } from "../protocol/messages.ts";
import { useSession } from "./context.ts";
import { SearchIcon } from "./icons.tsx";

/** How long one must have stopped typing before it is asked, ms. */
const PAUSE = 150;

/** A combobox (ARIA APG, editable with list): the types of Preact know only those with a datalist. */
function combobox(open: boolean, active: string | undefined): object {
  const chosen = active === undefined ? {} : { "aria-activedescendant": active };
  return {
    role: "combobox",
    "aria-expanded": open,
    "aria-controls": "search-found",
    "aria-autocomplete": "list",
    ...chosen,
  };
}

/** Finds streets and junctions by name. */
export function Search() {
  const session = useSession();
  const found = useSignal<readonly Found[] | null>(null);
  const at = useSignal(0);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const field = useRef<HTMLInputElement>(null);
  const ask = (query: string) => {
    clearTimeout(timer.current);
    timer.current = setTimeout(async () => {
      const answer = await session.search(query);
      if (field.current?.value !== query) return; // typed on
      found.value = query.trim() === "" ? null : answer;
      at.value = 0;
    }, PAUSE);
  };
  const choose = (hit: Found | undefined) => {
    if (!hit) return;
    found.value = null;
    if (field.current) field.current.value = "";
    field.current?.blur();
    session.show(hit);
  };
  const keyed = (event: KeyboardEvent) => {
    const hits = found.value ?? [];
    if (event.key === "Enter") choose(hits[at.value]);
    else if (event.key === "Escape") {
      event.preventDefault();
      found.value = null;
      field.current?.blur();
    } else if (event.key === "ArrowDown") at.value = Math.min(at.value + 1, hits.length - 1);
    else if (event.key === "ArrowUp") at.value = Math.max(at.value - 1, 0);
    else return;
    event.preventDefault();
  };
  return (
    <search class="card search">
      <SearchIcon />
      <input
        ref={field}
        type="search"
        placeholder="Street or junction"
        data-testid="search"
        {...combobox(found.value !== null, found.value?.length ? `search-${at.value}` : undefined)}
        aria-label="Search for a street or a junction"
        autocomplete="off"
        maxLength={80}
        title="Search (/)"
        onInput={(event) => ask(event.currentTarget.value)}
        onKeyDown={keyed}
      />
      {found.value && (
        <div id="search-found" class="card found" role="listbox" aria-label="Found">
          {found.value.length === 0 && <p class="note">Nothing of that name</p>}
          {found.value.map((hit, i) => (
            <div
              key={`${hit.kind}${hit.id}`}
              id={`search-${i}`}
              role="option"
              tabIndex={-1}
              aria-selected={i === at.value}
              onClick={() => choose(hit)}
              onKeyDown={keyed}
            >
              {formatStreet(hit.name)} {hit.kind === "junction" && <span class="note">junction</span>}
            </div>
          ))}
        </div>
      )}
    </search>
  );
}

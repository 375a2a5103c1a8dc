import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { Session } from "../session.ts";
import type { Store } from "../state/store.ts";

export const SessionContext = createContext<Session | null>(null);

/** The session that the page belongs to. */
export function useSession(): Session {
  const session = useContext(SessionContext);
  if (!session) throw new Error("no session around this part of the page");
  return session;
}

/** For the parts that only read what is known, on the page and on a wall screen. */
export const StoreContext = createContext<Store | null>(null);

export function useStore(): Store {
  const store = useContext(StoreContext);
  if (!store) throw new Error("no store around this part of the page");
  return store;
}

import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { Session } from "../session.ts";

export const SessionContext = createContext<Session | null>(null);

/** The session that the page belongs to. */
export function useSession(): Session {
  const session = useContext(SessionContext);
  if (!session) throw new Error("no session around this part of the page");
  return session;
}

// The control token: it comes in the address that `roadtwin serve` prints and stays with this tab only.

const KEY = "roadtwin-token";

/** Takes the token out of the address, so that a copied link does not hand over control, and returns it or the one kept. */
export function takeToken(location: Location, history: History, storage: Storage): string | null {
  const address = new URL(location.href);
  const given = address.searchParams.get("token");
  if (given === null) return storage.getItem(KEY);
  storage.setItem(KEY, given);
  address.searchParams.delete("token");
  history.replaceState(history.state, "", address);
  return given;
}

/** Forgets a token that the server has refused. */
export function forgetToken(storage: Storage) {
  storage.removeItem(KEY);
}

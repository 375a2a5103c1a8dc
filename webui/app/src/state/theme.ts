import { type ReadonlySignal, signal } from "@preact/signals";

export type Theme = "light" | "dark";

const KEY = "roadtwin-theme";

const theme = signal<Theme>("light");

/** What is shown: the choice made with the toggle, else what the system prefers. */
export const currentTheme: ReadonlySignal<Theme> = theme;

/** Shows the theme that was chosen or preferred, and follows the system as long as nothing was chosen. */
export function startTheme() {
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  const preferred = (): Theme => (dark.matches ? "dark" : "light");
  const asked = new URLSearchParams(window.location.search).get("theme"); // for walls, which have nothing to press
  const chosen = asked ?? localStorage.getItem(KEY);
  show(chosen === "light" || chosen === "dark" ? chosen : preferred());
  dark.addEventListener("change", () => {
    if (localStorage.getItem(KEY) === null) show(preferred());
  });
}

export function toggleTheme() {
  const next = theme.value === "dark" ? "light" : "dark";
  localStorage.setItem(KEY, next);
  show(next);
}

function show(next: Theme) {
  theme.value = next;
  document.documentElement.dataset.theme = next;
}

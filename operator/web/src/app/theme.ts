/** Dark or light: as the system says, or as chosen here. `public/theme.js` does the same before the first paint. */
export type Theme = "system" | "light" | "dark";

const key = "kafkamesh.theme";
const listeners = new Set<() => void>();

export function theme(): Theme {
  const chosen = document.documentElement.dataset.theme;
  return chosen === "light" || chosen === "dark" ? chosen : "system";
}

export function setTheme(value: Theme): void {
  if (value === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = value;
  try {
    if (value === "system") localStorage.removeItem(key);
    else localStorage.setItem(key, value);
  } catch {
    // Storage is switched off: the choice lives as long as the page.
  }
  tell();
}

function tell(): void {
  for (const listener of listeners) listener();
}

matchMedia("(prefers-color-scheme: dark)").addEventListener("change", tell);

/** Calls whoever paints by hand (canvas) when colours changed. */
export function onThemeChange(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

let probe: HTMLElement | null = null;

/** What a custom property of the style sheet is as a colour now: canvases cannot read `light-dark()`. */
export function colour(name: string): string {
  if (probe === null) {
    probe = document.createElement("span");
    probe.hidden = true;
    document.body.append(probe);
  }
  probe.style.color = `var(${name})`;
  return getComputedStyle(probe).color;
}

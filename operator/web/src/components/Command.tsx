import { useState } from "preact/hooks";
import { icons } from "./icons";

/** A command to be run in a terminal, with a button that copies it. */
export function Command({ text, label }: { text: string; label: string }) {
  const [copied, set] = useState(false);
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(text);
      set(true);
      setTimeout(() => set(false), 2000);
    } catch {
      // Not allowed outside of a secure context: the text can be selected.
    }
  };
  return (
    <div class="command">
      <pre tabIndex={0} aria-label={label}><code>{text}</code></pre>
      <button type="button" class="icon-button" onClick={copy} aria-label={`Copy: ${label}`} title="Copy">{copied ? icons.check : icons.copy}</button>
      <span class="sr-only" role="status">{copied ? "Copied" : ""}</span>
    </div>
  );
}

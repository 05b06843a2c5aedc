import type { ComponentChildren } from "preact";
import { icons } from "./icons";

/** A clear word in place of content: what is the case, and what to do. */
export function State({ icon = icons.empty, title, children, level = 2 }: { icon?: ComponentChildren; title: string; children?: ComponentChildren; level?: 1 | 2 | 3 }) {
  const Heading = `h${level}` as "h1" | "h2" | "h3";
  return (
    <div class="state">
      <div class="state-icon">{icon}</div>
      <Heading tabIndex={level === 1 ? -1 : undefined}>{title}</Heading>
      <div class="state-text">{children}</div>
    </div>
  );
}

/** Grey boxes of the size of what comes: nothing jumps when it is there. */
export function Skeleton({ rows = 6 }: { rows?: number }) {
  return (
    <div class="skeleton" role="status">
      <span class="sr-only">Loading</span>
      {Array.from({ length: rows }, (_, index) => <span key={index} class="bone" aria-hidden="true" />)}
    </div>
  );
}

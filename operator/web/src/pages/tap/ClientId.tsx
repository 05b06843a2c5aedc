import { Wire } from "../../components/Wire";
import type { TapRow } from "../../data/tap";

/** Who sent a request. Of a response whose request came before the tap began it is not known; only a request can say that there is none. */
export function ClientId({ row: { frame, response }, whole = false }: { row: TapRow; whole?: boolean }) {
  if (frame.clientId !== undefined) return <Wire text={frame.clientId} class={whole ? "whole" : ""} />;
  return response ? <span class="muted" title="Its request came before the tap began, or named no client">not known</span> : <span class="muted">none</span>;
}

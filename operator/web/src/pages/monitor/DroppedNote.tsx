import type { Monitor } from "../../data/contract";
import { plural } from "../../format/text";

/** Says what a table does not show: what the sidecars' limits kept out, and what the answer was too long for. */
export function DroppedNote({ monitor, metric, what, more }: { monitor: Monitor; metric: string; what: string; more?: number }) {
  const dropped = monitor.seriesDropped?.[metric] ?? 0;
  if (dropped === 0 && (more ?? 0) === 0) return null;
  return (
    <p class="note">
      {(more ?? 0) > 0 && <>{plural(more!, "further one", "further ones")} of the {what} {more === 1 ? "is" : "are"} not listed. </>}
      {dropped > 0 && <>The sidecars' limit was reached: {plural(dropped, "observation")} of {what} {dropped === 1 ? "is" : "are"} counted under <code>__other__</code> or not kept. <code>spec.metrics.{what}.limit</code> raises it.</>}
    </p>
  );
}

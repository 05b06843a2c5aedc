import { useEffect, useRef, useState } from "preact/hooks";
import { useLive } from "../app/context";
import { getJson, monitorPath } from "./client";
import type { History } from "./contract";
import { type ApiProblem, asProblem } from "./problem";
import { extended, type Series, seriesOf } from "./series";

/**
 * The last hour of a monitor, of one API or of all: fetched whole once, then only what is newer, whenever the monitor's figures changed. What was there
 * stays when the connection is lost.
 */
export function useHistory(namespace: string, monitor: string, api: string): { series: Series | null; problem: ApiProblem | null } {
  const live = useLive();
  const key = `${namespace}/${monitor}/${api}`;
  const held = useRef<{ key: string; series: Series | null }>({ key, series: null });
  const [series, setSeries] = useState<Series | null>(null);
  const [problem, setProblem] = useState<ApiProblem | null>(null);
  const reported = live.monitor?.now;

  useEffect(() => {
    const abort = new AbortController();
    if (held.current.key !== key) {
      held.current = { key, series: null };
      setSeries(null);
    }
    const old = held.current.series;
    const last = old?.times[old.times.length - 1];
    const since = last === undefined ? undefined : new Date(last).toISOString();
    getJson<History>(`${monitorPath(namespace, monitor)}/history`, { api, since }, abort.signal).then(
      (history) => {
        // The heat map's width is the operator's memory: an hour. A page that slept longer than that gets all of it, for the older part is gone.
        held.current = { key, series: extended(held.current.series, seriesOf(history)) };
        setSeries(held.current.series);
        setProblem(null);
      },
      (error: unknown) => !abort.signal.aborted && setProblem(asProblem(error)),
    );
    return () => abort.abort();
  }, [key, namespace, monitor, api, reported]);

  return { series: held.current.key === key ? series : null, problem };
}

import { useEffect, useState } from "preact/hooks";
import type { MonitorSummary } from "../../data/contract";
import type { TapFilter } from "../../data/tap";

interface Target {
  namespace: string;
  monitor: string;
  pod: string;
}

interface Props {
  monitors: readonly MonitorSummary[];
  target: Target;
  pods: readonly string[];
  apis: readonly string[];
  filter: TapFilter;
  onTarget: (target: Target) => void;
  onFilter: (filter: TapFilter) => void;
}

const quietTyping = 500;

/** What is tapped and which of its events. */
export function TapFilters({ monitors, target, pods, apis, filter, onTarget, onFilter }: Props) {
  const chosen = target.monitor === "" ? "" : `${target.namespace}/${target.monitor}`;
  return (
    <form class="filters" onSubmit={(event) => event.preventDefault()}>
      <label class="field">
        <span>Monitor</span>
        <select
          value={chosen}
          onChange={(event) => {
            const [namespace = "", monitor = ""] = event.currentTarget.value.split("/");
            onTarget({ namespace, monitor, pod: "" });
          }}
        >
          {chosen === "" && <option value="">{target.pod === "" ? "none" : `any in ${target.namespace}`}</option>}
          {monitors.map((each) => <option key={`${each.namespace}/${each.name}`} value={`${each.namespace}/${each.name}`}>{each.namespace}/{each.name}</option>)}
        </select>
      </label>
      <label class="field">
        <span>Pod</span>
        <select value={target.pod} onChange={(event) => onTarget({ ...target, pod: event.currentTarget.value })}>
          <option value="">All of the monitor (at most 20)</option>
          {target.pod !== "" && !pods.includes(target.pod) && <option value={target.pod}>{target.pod}</option>}
          {pods.map((pod) => <option key={pod} value={pod}>{pod}</option>)}
        </select>
      </label>
      <label class="field">
        <span>API</span>
        <select value={filter.api} onChange={(event) => onFilter({ ...filter, api: event.currentTarget.value })}>
          <option value="">All</option>
          {[...new Set([...apis, ...["Produce", "Fetch", "Metadata"], ...(filter.api === "" ? [] : [filter.api])])].sort().map((api) => <option key={api} value={api}>{api}</option>)}
        </select>
      </label>
      <TextFilter label="Topic" value={filter.topic} onChange={(topic) => onFilter({ ...filter, topic })} />
      <TextFilter label="Client id" value={filter.client} onChange={(client) => onFilter({ ...filter, client })} />
      <label class="field short">
        <span>One in</span>
        <input type="number" min={1} max={1000000} step={1} value={filter.sample} onChange={(event) => onFilter({ ...filter, sample: Math.min(1_000_000, Math.max(1, Math.round(Number(event.currentTarget.value)) || 1)) })} />
      </label>
      <label class="check">
        <input type="checkbox" checked={filter.errors} onChange={(event) => onFilter({ ...filter, errors: event.currentTarget.checked })} />
        <span>Errors only</span>
      </label>
    </form>
  );
}

/** Taken over when the typing pauses: every change starts the stream anew. */
function TextFilter({ label, value, onChange }: { label: string; value: string; onChange: (value: string) => void }) {
  const [typed, setTyped] = useState(value);
  useEffect(() => {
    if (typed.trim() === value) return;
    const timer = setTimeout(() => onChange(typed.trim()), quietTyping);
    return () => clearTimeout(timer);
  }, [typed, value, onChange]);
  return (
    <label class="field">
      <span>{label}</span>
      <input type="text" maxLength={249} autoComplete="off" spellcheck={false} placeholder="Any" value={typed} onInput={(event) => setTyped(event.currentTarget.value)} />
    </label>
  );
}

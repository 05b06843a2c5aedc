import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { Num, Time } from "../../components/figures";
import { PodName } from "../../components/PodName";
import { useWindow } from "../../components/useWindow";
import { Wire } from "../../components/Wire";
import type { Ring } from "../../data/ring";
import type { TapRow } from "../../data/tap";
import { plain } from "../../format/text";
import { ClientId } from "./ClientId";

const rowHeight = 30;

interface Props {
  rows: Ring<TapRow>;
  /** Paused: rows of this number and later are not shown. */
  until: number | null;
  /** Several pods are tapped: each row names its own. */
  withPods: boolean;
  selected: TapRow | null;
  onSelect: (row: TapRow) => void;
}

/** The newest rows at the end, in view as long as the reader has not scrolled up. Only the rows in view are drawn. */
export function TapTable({ rows, until, withPods, selected, onSelect }: Props) {
  const container = useRef<HTMLDivElement>(null);
  const [follows, follow] = useState(true);
  const start = rows.firstNumber;
  const last = Math.max(start, until ?? rows.firstNumber + rows.length);
  const count = last - start;
  const { first, end } = useWindow(container, count, rowHeight, true);

  useLayoutEffect(() => {
    const element = container.current;
    if (element !== null && follows && until === null) element.scrollTop = element.scrollHeight;
  }, [last, follows, until]);
  useEffect(() => {
    const element = container.current!;
    const watch = (): void => follow(element.scrollHeight - element.scrollTop - element.clientHeight < 2 * rowHeight);
    element.addEventListener("scroll", watch, { passive: true });
    return () => element.removeEventListener("scroll", watch);
  }, []);

  const numbers = Array.from({ length: end - first }, (_, offset) => start + first + offset);
  return (
    <div class="panel">
      <div class="grid windowed tap-grid" ref={container} tabIndex={0} role="region" aria-label="Requests and responses, scrollable">
        <table aria-rowcount={count + 1}>
          <caption class="sr-only">Requests and responses as they pass</caption>
          <colgroup><col class="t-time" /><col class="t-kind" /><col class="t-api" /><col class="t-client" /><col class="t-topics" /><col class="t-size" /><col class="t-latency" /><col class="t-errors" />{withPods && <col class="t-pod" />}</colgroup>
          <thead>
            <tr aria-rowindex={1}>
              <th scope="col">Time</th><th scope="col">Kind</th><th scope="col">API</th><th scope="col">Client id</th><th scope="col">Topics</th>
              <th scope="col" class="figures">Size</th><th scope="col" class="figures">Latency</th><th scope="col">Errors</th>{withPods && <th scope="col">Pod</th>}
            </tr>
          </thead>
          <tbody>
            {first > 0 && <tr class="pad" aria-hidden="true"><td colSpan={withPods ? 9 : 8} style={{ height: `${first * rowHeight}px` }} /></tr>}
            {numbers.map((number) => {
              const row = rows.byNumber(number);
              return row === undefined ? null : <Row key={number} row={row} withPods={withPods} selected={row === selected} onSelect={onSelect} />;
            })}
            {end < count && <tr class="pad" aria-hidden="true"><td colSpan={withPods ? 9 : 8} style={{ height: `${(count - end) * rowHeight}px` }} /></tr>}
          </tbody>
        </table>
      </div>
      {!follows && until === null && <button type="button" class="to-newest" onClick={() => follow(true)}>To the newest</button>}
    </div>
  );
}

function Row({ row, withPods, selected, onSelect }: { row: TapRow; withPods: boolean; selected: boolean; onSelect: (row: TapRow) => void }) {
  const { frame, response } = row;
  const errors = frame.errors ?? [];
  return (
    <tr class={`${selected ? "selected " : ""}${errors.length > 0 ? "failed " : ""}${response ? "response" : "request"}`} aria-rowindex={row.number + 2} onClick={() => onSelect(row)}>
      <td><button type="button" class="link" onClick={() => onSelect(row)}><Time value={frame.time} withMilliseconds /><span class="sr-only">, details</span></button></td>
      <td><span class={response ? "kind response" : "kind request"}>{response ? "response" : "request"}</span></td>
      <th scope="row"><Wire text={frame.api} /> <span class="muted num">v{frame.version}</span></th>
      <td><ClientId row={row} /></td>
      <td>{frame.topics.length === 0 ? "" : <><Wire text={frame.topics[0]!} />{frame.topics.length + (frame.moreTopics ?? 0) > 1 && <span class="muted"> +{frame.topics.length - 1 + (frame.moreTopics ?? 0)}</span>}</>}</td>
      <td class="figures"><Num value={frame.size} as="bytes" /></td>
      <td class="figures">{frame.latencyMilliseconds === undefined ? "" : <Num value={frame.latencyMilliseconds} as="milliseconds" />}</td>
      <td>{errors.length > 0 && <span class="chip bad" title={errors.map(plain).join("\n")}>{plain(errors[0]!)}{errors.length > 1 && ` +${errors.length - 1}`}</span>}</td>
      {withPods && <td><PodName name={frame.pod ?? ""} /></td>}
    </tr>
  );
}

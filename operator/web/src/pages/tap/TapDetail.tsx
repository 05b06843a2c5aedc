import { useEffect, useRef } from "preact/hooks";
import { Num, Time } from "../../components/figures";
import { icons } from "../../components/icons";
import { Wire } from "../../components/Wire";
import type { TapRow } from "../../data/tap";
import { exact } from "../../format/number";
import { plain } from "../../format/text";
import { ClientId } from "./ClientId";

/** One request or response: the whole header and its timing. */
export function TapDetail({ row, onClose }: { row: TapRow; onClose: () => void }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), [row]);
  const { frame, response } = row;
  const all = frame.topics.length + (frame.moreTopics ?? 0);
  return (
    <section class="panel padded detail" aria-label={response ? "Response" : "Request"} onKeyDown={(event) => event.key === "Escape" && onClose()}>
      <div class="detail-head">
        <div>
          <p class="muted">{response ? "Response" : "Request"}</p>
          <h2 ref={heading} tabIndex={-1}><Wire text={frame.api} class="whole" /> <span class="num">v{frame.version}</span></h2>
        </div>
        <button type="button" class="icon-button" onClick={onClose}>{icons.close}<span class="sr-only">Close</span></button>
      </div>
      <dl class="pairs one">
        <div><dt>Time</dt><dd><Time value={frame.time} withMilliseconds /></dd></div>
        {response && <div><dt>Latency</dt><dd><Num value={frame.latencyMilliseconds} as="milliseconds" /> <span class="muted num">{exact(frame.latencyMilliseconds)} ms</span></dd></div>}
        <div><dt>Size</dt><dd><Num value={frame.size} as="bytes" /> <span class="muted num">{exact(frame.size)} bytes</span></dd></div>
        <div><dt>Errors</dt><dd>{(frame.errors ?? []).length === 0 ? (response ? "none" : "–") : frame.errors!.map((error) => <span key={error} class="chip bad">{plain(error)}</span>)}</dd></div>
        <div><dt>API key</dt><dd class="num">{frame.apiKey}</dd></div>
        <div><dt>Version</dt><dd class="num">{frame.version}</dd></div>
        <div><dt>Correlation id</dt><dd class="num">{frame.correlationId}</dd></div>
        <div><dt>Client id</dt><dd><ClientId row={row} whole /></dd></div>
        <div><dt>Direction</dt><dd>{plain(frame.direction)}</dd></div>
        <div><dt>Connection</dt><dd class="num">{frame.connection}</dd></div>
        {frame.pod !== undefined && <div><dt>Pod</dt><dd><Wire text={frame.pod} class="whole" /></dd></div>}
      </dl>
      {all > 0 && (
        <>
          <h3>Topics</h3>
          <ul class="plain-list">
            {frame.topics.map((topic, index) => <li key={index}><Wire text={topic} class="whole" /></li>)}
            {(frame.moreTopics ?? 0) > 0 && <li class="muted">and {frame.moreTopics} more</li>}
          </ul>
        </>
      )}
    </section>
  );
}

import { hrefOf } from "../app/router";
import { Age, Num } from "../components/figures";
import { healthOf } from "../components/Health";
import { Sparkline } from "../components/Sparkline";
import { Wire } from "../components/Wire";
import type { MonitorSummary } from "../data/contract";
import { ConnectionMix } from "./ConnectionMix";
import { conditionsWorthSaying } from "./conditions";

/** Every monitor in one row; on narrow screens each becomes a card. Roles are given, because cards are no longer a table to CSS. */
export function MonitorTable({ monitors }: { monitors: readonly MonitorSummary[] }) {
  return (
    <div class="panel">
      <table class="monitors" role="table">
        <caption class="sr-only">Monitors, most troubled first</caption>
        <colgroup>
          <col class="c-name" /><col class="c-spark" /><col class="c-figure" /><col class="c-figure" /><col class="c-figure" /><col class="c-pods" /><col class="c-mix" /><col class="c-api" />
        </colgroup>
        <thead role="rowgroup">
          <tr role="row">
            <th role="columnheader" scope="col">Monitor</th>
            <th role="columnheader" scope="col" class="figures" colSpan={2} aria-colspan={2}>Requests</th>
            <th role="columnheader" scope="col" class="figures">Errors</th>
            <th role="columnheader" scope="col" class="figures">p99</th>
            <th role="columnheader" scope="col" class="figures">Pods</th>
            <th role="columnheader" scope="col">Connections</th>
            <th role="columnheader" scope="col">Top API</th>
          </tr>
        </thead>
        <tbody role="rowgroup">
          {monitors.map((monitor) => <Row key={`${monitor.namespace}/${monitor.name}`} monitor={monitor} />)}
        </tbody>
      </table>
    </div>
  );
}

function Row({ monitor }: { monitor: MonitorSummary }) {
  const { traffic, pods } = monitor;
  const { tone, label } = healthOf(monitor.health);
  const said = conditionsWorthSaying(monitor);
  return (
    <tr role="row" class={`tone-${tone}${monitor.stale ? " stale-row" : ""}`} data-monitor={`${monitor.namespace}/${monitor.name}`}>
      <th role="rowheader" scope="row">
        <div class="monitor-name">
          <span class={`dot ${tone}`} aria-hidden="true" />
          <a href={hrefOf({ page: "monitor", namespace: monitor.namespace, monitor: monitor.name, section: "traffic" })}><Wire text={monitor.name} /></a>
          <Wire text={monitor.namespace} class="muted" />
        </div>
        <p class="health-text"><span class={`tone-text ${tone}`}>{label}.</span> {monitor.healthText}</p>
        {said.length > 0 && (
          <ul class="conditions-short">
            {said.map((condition) => <li key={condition.type}>{condition.message}</li>)}
          </ul>
        )}
        {monitor.stale && <p class="stale-note">Figures are old: last report <Age of={monitor.lastReportTime} />.</p>}
      </th>
      <td role="cell" class="spark-cell"><Sparkline values={monitor.sparkline} /></td>
      <td role="cell" class="figures" data-label="Requests"><Num value={traffic.requestsPerSecond} as="rate" id="requestsPerSecond" /></td>
      <td role="cell" class={`figures${(traffic.errorRatio ?? 0) > 0 ? " has-errors" : ""}`} data-label="Errors"><Num value={traffic.errorRatio} as="percent" id="errorRatio" /></td>
      <td role="cell" class="figures" data-label="p99"><Num value={traffic.p99Milliseconds} as="milliseconds" id="p99Milliseconds" /></td>
      <td role="cell" class="figures" data-label="Pods" title={`${pods.reporting ?? 0} reporting of ${pods.selected ?? 0} selected`}>
        <Num value={pods.reporting} as="count" id="podsReporting" /><span class="of">/<Num value={pods.selected} as="count" id="podsSelected" /></span>
        <span class="sr-only"> reporting of those selected</span>
      </td>
      <td role="cell" data-label="Connections"><ConnectionMix connections={monitor.connections} /></td>
      <td role="cell" class="top-api" data-label="Top API">{monitor.topApi ?? <span class="unknown">–</span>}</td>
    </tr>
  );
}

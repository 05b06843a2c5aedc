import { hrefOf } from "../../app/router";
import { Wire } from "../../components/Wire";
import type { Monitor } from "../../data/contract";
import { joined, rate } from "../../format/number";
import { plural } from "../../format/text";
import { type Flow, flowsOf } from "./flows";

/** What Kafka does for these pods, in a sentence: records out and in, the topics and the groups. */
export function InWords({ monitor }: { monitor: Monitor }) {
  if (monitor.traffic?.requestsPerSecond == null) return null;
  const { produced, consumed } = flowsOf(monitor);
  const groups = (monitor.groups ?? []).length + (monitor.more?.groups ?? 0);
  const href = (section: "topics" | "groups"): string => hrefOf({ page: "monitor", namespace: monitor.namespace, monitor: monitor.name, section });
  if (produced === null && consumed === null) return <p class="in-words">No records are seen to pass now.</p>;
  return (
    <p class="in-words">
      These pods {produced !== null && <>produce <Records flow={produced} href={href("topics")} preposition="to" /></>}
      {produced !== null && consumed !== null && " and "}
      {consumed !== null && <>consume <Records flow={consumed} href={href("topics")} preposition="from" /></>}
      {consumed !== null && groups > 0 && <>, in <a href={href("groups")}>{groups === 1 && monitor.groups?.[0]?.name !== undefined ? <>group <Wire text={monitor.groups[0].name} /></> : plural(groups, "group")}</a></>}.
    </p>
  );
}

function Records({ flow, href, preposition }: { flow: Flow; href: string; preposition: string }) {
  return (
    <>
      <strong class="num">{flow.atLeast && "at least "}{joined(rate(flow.records, ""))}</strong> records a second {preposition}{" "}
      <a href={href}>
        {flow.names.map((name, at) => <span key={name}>{at > 0 && (flow.others > 0 ? ", " : " and ")}<Wire text={name} /></span>)}
        {flow.others > 0 && <> and {plural(flow.others, "other topic")}</>}
      </a>
    </>
  );
}

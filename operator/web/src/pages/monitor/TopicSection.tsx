import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { useLive } from "../../app/context";
import { Num } from "../../components/figures";
import { type Column, Grid, type Sort } from "../../components/Grid";
import { icons } from "../../components/icons";
import { Skeleton, State } from "../../components/states";
import { Wire } from "../../components/Wire";
import { getJson, monitorPath } from "../../data/client";
import type { Monitor, Topic, TopicPage } from "../../data/contract";
import { PagedList } from "../../data/pages";
import { type ApiProblem, asProblem } from "../../data/problem";
import { plural } from "../../format/text";
import { DroppedNote } from "./DroppedNote";
import { TopicDetail } from "./TopicDetail";

const pageSize = 100;
const quietTyping = 200;

function columnsFor(open: (topic: Topic) => void): Column<Topic>[] {
  return [
    {
      id: "name", title: "Topic", width: 16, grows: true, header: true, sort: (row) => row.name,
      cell: (row) => <button type="button" class="link" onClick={() => open(row)}><Wire text={row.name ?? ""} /></button>,
    },
    { id: "bytesIn", title: "Bytes in", help: "Fetched by the pods since the monitor exists", figures: true, width: 6.5, sort: (row) => row.bytesIn, cell: (row) => <Num value={row.bytesIn} as="bytes" id={`bytesIn-${row.name}`} /> },
    { id: "inRate", title: "In now", figures: true, width: 6.5, cell: (row) => <Num value={row.bytesInPerSecond} as="bytesRate" /> },
    { id: "recordsIn", title: "Records in", figures: true, width: 6.5, sort: (row) => row.recordsIn, cell: (row) => <Num value={row.recordsIn} as="count" id={`recordsIn-${row.name}`} /> },
    { id: "bytesOut", title: "Bytes out", help: "Produced by the pods since the monitor exists", figures: true, width: 6.5, sort: (row) => row.bytesOut, cell: (row) => <Num value={row.bytesOut} as="bytes" id={`bytesOut-${row.name}`} /> },
    { id: "outRate", title: "Out now", figures: true, width: 6.5, cell: (row) => <Num value={row.bytesOutPerSecond} as="bytesRate" /> },
    { id: "recordsOut", title: "Records out", figures: true, width: 7, sort: (row) => row.recordsOut, cell: (row) => <Num value={row.recordsOut} as="count" id={`recordsOut-${row.name}`} /> },
    { id: "pods", title: "Pods", figures: true, width: 4, cell: (row) => <span class="num">{row.pods?.length ?? 0}</span> },
  ];
}

/** All topics, searched and sorted by the operator; only the rows in view are fetched and drawn. */
export function TopicSection({ monitor }: { monitor: Monitor }) {
  const { monitor: live } = useLive();
  const [typed, setTyped] = useState("");
  const [search, setSearch] = useState("");
  const [sort, setSort] = useState<Sort>({ column: "bytesIn", descending: true });
  const [problem, setProblem] = useState<ApiProblem | null>(null);
  const [opened, setOpened] = useState<Topic | null>(null);
  const [, redraw] = useState(0);
  const list = useRef(new PagedList<Topic>(pageSize));
  const range = useRef<[number, number]>([0, 40]);
  const searched = useRef(search);
  const pending = useRef(new Set<number>());
  const path = `${monitorPath(monitor.namespace, monitor.name)}/topics`;
  const key = `${path}?${search}&${sort.column}`;
  const current = useRef(key);

  useEffect(() => {
    const timer = setTimeout(() => setSearch(typed.trim()), quietTyping);
    return () => clearTimeout(timer);
  }, [typed]);

  const fetchPages = useCallback(
    (again: boolean) => {
      for (const page of list.current.covering(...range.current)) {
        if (pending.current.has(page) || (!again && list.current.has(page))) continue;
        pending.current.add(page);
        getJson<TopicPage>(path, { q: search, sort: sort.column, offset: page * pageSize, limit: pageSize })
          .then(
            (answer) => {
              if (current.current !== key) return;
              list.current.put(page, answer.topics, answer.total);
              setProblem(null);
            },
            (error: unknown) => current.current === key && setProblem(asProblem(error)),
          )
          .finally(() => {
            if (current.current !== key) return;
            pending.current.delete(page);
            redraw((number) => number + 1);
          });
      }
    },
    [key, path, search, sort.column],
  );

  useEffect(() => {
    if (current.current !== key) {
      // Another list: what is on the screen stays until its first page has come.
      current.current = key;
      const total = list.current.total;
      list.current = new PagedList<Topic>(pageSize);
      list.current.total = total;
      // Sorted anew, the same rows stay in view; another search begins at the top.
      if (searched.current !== search) range.current = [0, 40];
      searched.current = search;
      pending.current = new Set();
    }
    fetchPages(true);
  }, [key, search, fetchPages, live?.now]);

  const onRange = useCallback(
    (first: number, end: number) => {
      range.current = [first, end];
      fetchPages(false);
    },
    [fetchPages],
  );

  const total = list.current.total;
  const columns = columnsFor(setOpened);
  return (
    <>
      <div class="section-head">
        <label class="search">
          {icons.search}
          <span class="sr-only">Search topics</span>
          <input type="search" placeholder="Search topics" maxLength={249} value={typed} onInput={(event) => setTyped(event.currentTarget.value)} />
        </label>
        <p class="muted num" role="status">{total === null ? "" : plural(total, "topic")}</p>
      </div>
      <DroppedNote monitor={monitor} metric="topic_records_total" what="topics" />
      <div class={opened === null ? "split" : "split open"}>
        <div class="panel">
          {total === null ? (
            problem === null ? <Skeleton rows={8} /> : <State title={problem.title} level={3}><p>{problem.detail}</p></State>
          ) : (
            <Grid
              key={search}
              caption="Topics"
              columns={columns}
              count={total}
              rowAt={(index) => list.current.at(index)}
              keyOf={(row) => row.name ?? ""}
              sort={sort}
              onSort={(next) => setSort({ ...next, descending: next.column !== "name" })}
              onRange={onRange}
              empty={search === "" ? "No topic was seen in requests yet." : <>No topic has <bdi class="quoted">{search}</bdi> in its name.</>}
              rowClass={(row) => (row.name === opened?.name ? "selected" : "")}
            />
          )}
        </div>
        {opened !== null && <TopicDetail topic={opened} onClose={() => setOpened(null)} />}
      </div>
    </>
  );
}

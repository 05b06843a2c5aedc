import { useEffect, useRef } from "preact/hooks";
import { DataTable } from "../../components/DataTable";
import { Num } from "../../components/figures";
import type { Column } from "../../components/Grid";
import { icons } from "../../components/icons";
import { PodName } from "../../components/PodName";
import { Wire } from "../../components/Wire";
import type { Topic } from "../../data/contract";

type Share = NonNullable<Topic["pods"]>[number];

const columns: Column<Share>[] = [
  { id: "pod", title: "Pod", width: 10, grows: true, header: true, sort: (row) => row.pod, cell: (row) => <PodName name={row.pod ?? ""} /> },
  { id: "recordsIn", title: "Records in", figures: true, width: 6, sort: (row) => row.recordsIn, cell: (row) => <Num value={row.recordsIn} as="count" /> },
  { id: "bytesIn", title: "Bytes in", figures: true, width: 5.5, sort: (row) => row.bytesIn, cell: (row) => <Num value={row.bytesIn} as="bytes" /> },
  { id: "recordsOut", title: "Records out", figures: true, width: 6.5, sort: (row) => row.recordsOut, cell: (row) => <Num value={row.recordsOut} as="count" /> },
  { id: "bytesOut", title: "Bytes out", figures: true, width: 5.5, sort: (row) => row.bytesOut, cell: (row) => <Num value={row.bytesOut} as="bytes" /> },
];

/** A topic by pod, with its whole name. */
export function TopicDetail({ topic, onClose }: { topic: Topic; onClose: () => void }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), [topic.name]);
  return (
    <section class="panel padded detail" aria-label="Topic" onKeyDown={(event) => event.key === "Escape" && onClose()}>
      <div class="detail-head">
        <h3 ref={heading} tabIndex={-1}><Wire text={topic.name ?? ""} class="whole" /></h3>
        <button type="button" class="icon-button" onClick={onClose}>{icons.close}<span class="sr-only">Close</span></button>
      </div>
      <dl class="pairs">
        <div><dt>Records in</dt><dd><Num value={topic.recordsInPerSecond} as="rate" /></dd></div>
        <div><dt>Records out</dt><dd><Num value={topic.recordsOutPerSecond} as="rate" /></dd></div>
      </dl>
      <DataTable caption="By pod" columns={columns} rows={topic.pods ?? []} keyOf={(row) => row.pod ?? ""} sort={{ column: "bytesIn", descending: true }} empty="The pods that used it are gone; the sums remain." />
    </section>
  );
}

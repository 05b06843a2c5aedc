import { plain } from "../format/text";

/** As many characters as tell the pods of one workload apart: the dash and what a ReplicaSet or a StatefulSet appends. */
const end = 6;

/** A pod's name in two parts: the first is cut where it is too long, the last never. */
export function partsOf(name: string): [string, string] {
  return name.length <= 2 * end ? [name, ""] : [name.slice(0, -end), name.slice(-end)];
}

/** A pod's name, cut in the middle: its end tells it from its siblings. */
export function PodName({ name }: { name: string }) {
  const [first, last] = partsOf(plain(name));
  return <bdi class="pod-name" title={plain(name)}><span>{first}</span>{last !== "" && <span>{last}</span>}</bdi>;
}

import type { Monitor } from "../../data/contract";

/** Records that pass one way, and the topics that most of them are of. */
export interface Flow {
  /** Per second, of the topics that the answer names. */
  records: number;
  /** The busiest topics. */
  names: string[];
  /** Further topics with traffic. */
  others: number;
  /** The answer names not all topics: there may be more. */
  atLeast: boolean;
}

const named = 2;

/** What the pods of a monitor do now; null for a direction in which nothing passes. */
export function flowsOf(monitor: Monitor): { produced: Flow | null; consumed: Flow | null } {
  const topics = monitor.topics ?? [];
  const flow = (of: (topic: (typeof topics)[number]) => number | null | undefined): Flow | null => {
    const busy = topics.map((topic) => ({ name: topic.name ?? "", records: of(topic) ?? 0 })).filter((each) => each.records > 0);
    if (busy.length === 0) return null;
    busy.sort((a, b) => b.records - a.records);
    return {
      records: busy.reduce((sum, each) => sum + each.records, 0),
      names: busy.slice(0, named).map((each) => each.name),
      others: Math.max(0, busy.length - named),
      atLeast: (monitor.more?.topics ?? 0) > 0,
    };
  };
  return { produced: flow((topic) => topic.recordsOutPerSecond), consumed: flow((topic) => topic.recordsInPerSecond) };
}

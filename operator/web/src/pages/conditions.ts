import type { Condition, MonitorSummary } from "../data/contract";

/** What a condition's state means, whatever its message says. */
const meanings: Record<string, { True: string; False: string }> = {
  Ready: { True: "Figures are collected from the selected pods.", False: "Figures are not, or not all, collected." },
  Progressing: { True: "The operator is at work on a change.", False: "Nothing is changing." },
  Degraded: { True: "Something is wrong.", False: "Nothing is wrong." },
  Conflict: { True: "Another monitor selects the same pods.", False: "No other monitor selects these pods." },
};

export function meaningOf(condition: Condition): string {
  const meaning = meanings[condition.type];
  if (condition.status === "Unknown") return "It is not known.";
  return meaning?.[condition.status] ?? "";
}

/** Whether a condition's state is what one hopes for. */
export function isGood(condition: Condition): boolean {
  return condition.type === "Ready" ? condition.status === "True" : condition.status === "False";
}

/** Conditions that are not as they should be and add to what the health's sentence says already. */
export function conditionsWorthSaying(monitor: MonitorSummary): Condition[] {
  return monitor.conditions.filter((condition) => !isGood(condition) && condition.message !== "" && !monitor.healthText.includes(condition.message));
}

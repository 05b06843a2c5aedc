import type { Health } from "../data/contract";

/** How each state reads, how grave it is (for sorting and colour), most grave first. */
export const healthStates: Record<Health, { label: string; tone: "bad" | "warn" | "busy" | "good" | "quiet"; rank: number }> = {
  Degraded: { label: "Degraded", tone: "bad", rank: 0 },
  Conflict: { label: "Conflict", tone: "bad", rank: 1 },
  Unknown: { label: "Unknown", tone: "warn", rank: 2 },
  Progressing: { label: "Progressing", tone: "busy", rank: 3 },
  NoPods: { label: "No pods", tone: "quiet", rank: 4 },
  NoTraffic: { label: "No traffic", tone: "quiet", rank: 5 },
  Healthy: { label: "Healthy", tone: "good", rank: 6 },
};

export function healthOf(health: string): (typeof healthStates)[Health] {
  return healthStates[health as Health] ?? healthStates.Unknown;
}

/** Colour is never the only sign: the word stands beside it. */
export function HealthBadge({ health }: { health: string }) {
  const { label, tone } = healthOf(health);
  return <span class={`badge ${tone}`}><span class="dot" aria-hidden="true" />{label}</span>;
}

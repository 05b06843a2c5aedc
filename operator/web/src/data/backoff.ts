/**
 * Milliseconds to wait before attempt number `attempt` (1 is the first try again): doubling from a second to half a minute, spread by a fifth so that
 * many pages do not come back at once.
 */
export function backoff(attempt: number, random: () => number = Math.random): number {
  const whole = Math.min(30_000, 1000 * 2 ** Math.min(Math.max(attempt, 1) - 1, 10));
  return Math.round(whole * (0.8 + 0.4 * random()));
}

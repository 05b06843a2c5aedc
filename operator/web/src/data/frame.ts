import type { TapFrame } from "./contract";

const texts = ["time", "direction", "api"] as const;
const numbers = ["connection", "apiKey", "version", "correlationId", "size"] as const;

/**
 * What a tap's event says; null when it is none. Whoever controls a pod can answer for its sidecar, and the operator passes on any object: a field of
 * another kind must not break the page.
 */
export function frameOf(body: object): TapFrame | null {
  const fields = body as Record<string, unknown>;
  const whole =
    texts.every((name) => typeof fields[name] === "string") &&
    numbers.every((name) => typeof fields[name] === "number") &&
    ["pod", "clientId"].every((name) => fields[name] === undefined || typeof fields[name] === "string") &&
    ["latencyMilliseconds", "moreTopics"].every((name) => fields[name] === undefined || typeof fields[name] === "number") &&
    areTexts(fields.topics) &&
    (fields.errors === undefined || areTexts(fields.errors));
  return whole ? (body as TapFrame) : null;
}

function areTexts(value: unknown): boolean {
  return Array.isArray(value) && value.every((each) => typeof each === "string");
}

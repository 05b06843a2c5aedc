import { ApiProblem, asProblem, problemOf } from "./problem";
import { authHeaders } from "./token";

export type Query = Record<string, string | number | boolean | null | undefined>;

/** Path below the page's own address, so that prefixes of a proxy stay. */
export function apiUrl(path: string, query: Query = {}): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== null && value !== undefined && value !== "") parameters.set(name, String(value));
  }
  const text = parameters.toString();
  return `api/v1/${path}${text === "" ? "" : `?${text}`}`;
}

export function monitorPath(namespace: string, monitor: string): string {
  return `namespaces/${encodeURIComponent(namespace)}/monitors/${encodeURIComponent(monitor)}`;
}

/** Fetches JSON. Throws {@link ApiProblem}, or what `signal` was aborted with. */
export async function getJson<T>(path: string, query: Query = {}, signal?: AbortSignal): Promise<T> {
  let response: Response;
  try {
    response = await fetch(apiUrl(path, query), { headers: { Accept: "application/json", ...authHeaders() }, signal: signal ?? null });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw asProblem(error);
  }
  if (!response.ok) throw await problemOf(response);
  try {
    return (await response.json()) as T;
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new ApiProblem(response.status, "The answer cannot be read", "It is no JSON: a proxy in between may have answered.");
  }
}

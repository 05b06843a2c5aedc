/** An answer of the API that is no success, or no answer at all (status 0). */
export class ApiProblem extends Error {
  constructor(
    readonly status: number,
    readonly title: string,
    readonly detail: string,
    /** Seconds after which the server wants to be asked again, when it said so. */
    readonly retryAfter: number | null = null,
  ) {
    super(`${title}: ${detail}`);
    this.name = "ApiProblem";
  }
}

const titles: Record<number, string> = {
  401: "A token is needed",
  403: "Not allowed",
  404: "Not found",
  429: "Too many open streams",
};

/** Reads the problem of an answer; bodies that are none are replaced by the status, never shown as they are. */
export async function problemOf(response: Response): Promise<ApiProblem> {
  const retry = Number(response.headers.get("Retry-After"));
  const retryAfter = Number.isFinite(retry) && retry > 0 ? Math.min(retry, 300) : null;
  const title = titles[response.status] ?? `The operator answered ${response.status}`;
  try {
    const body: unknown = await response.json();
    if (body !== null && typeof body === "object") {
      const { title: given, detail } = body as { title?: unknown; detail?: unknown };
      return new ApiProblem(
        response.status,
        typeof given === "string" && given !== "" ? given : title,
        typeof detail === "string" ? detail : "",
        retryAfter,
      );
    }
  } catch {
    // Not JSON: a proxy in between answered.
  }
  return new ApiProblem(response.status, title, "The answer did not come from the operator's dashboard.", retryAfter);
}

/** What stands for an error of any kind. */
export function asProblem(error: unknown): ApiProblem {
  if (error instanceof ApiProblem) return error;
  return new ApiProblem(0, "The operator cannot be reached", "No answer: the network, the operator or the port forwarding is down.");
}

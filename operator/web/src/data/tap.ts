import { apiUrl, type Query } from "./client";
import type { TapFrame } from "./contract";
import { frameOf } from "./frame";
import { ApiProblem, asProblem } from "./problem";
import { Ring } from "./ring";
import { silence } from "./silence";
import { readEvents, type ServerEvent } from "./sse";

export interface TapRow {
  number: number;
  response: boolean;
  frame: TapFrame;
}

export interface TapFilter {
  api: string;
  topic: string;
  client: string;
  errors: boolean;
  sample: number;
}

export type TapStatus = "idle" | "connecting" | "live" | "reopening" | "ended" | "failed";

/** Rows that are kept; older ones fall out and are counted. */
export const tapCapacity = 5000;
/** The page is told of new rows at most this often, however fast they come. */
const pace = 200;
/** When the operator is replaced another replica leads within 20 s: a tap that broke off is opened anew, every second, for twice as long. */
const reopenFor = 40_000;
const reopenPause = 1_000;
/** Nobody answers for the operator now: no answer at all, or the API server's proxy says that there is none. */
const passing = new Set([0, 502, 503, 504]);

/** A running tap and the rows of it that are kept. Pausing stops the picture, not the stream. */
export class TapSession {
  readonly rows = new Ring<TapRow>(tapCapacity);
  status: TapStatus = "idle";
  problem: ApiProblem | null = null;
  endReason = "";
  /** Events that the sidecars or the operator left out because somebody was too slow. */
  lost = 0;
  /** Pods that are tapped, when a monitor is. */
  pods: string[] = [];
  /** Pods of the monitor that are too many for one tap. */
  morePods = 0;
  /** Pods that no longer take part, and why. */
  left: string[] = [];
  received = 0;
  /** How often it broke off and was opened anew: what passed meanwhile is not among the rows. */
  gaps = 0;

  #abort: AbortController | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #watchdog: ReturnType<typeof setTimeout> | undefined;
  #reopening: ReturnType<typeof setTimeout> | undefined;
  #open: () => void = () => undefined;
  #brokeAt = 0;
  #listener: () => void;

  constructor(listener: () => void) {
    this.#listener = listener;
  }

  start(path: string, filter: TapFilter): void {
    this.stop();
    this.status = "connecting";
    this.gaps = 0;
    const query: Query = { api: filter.api, topic: filter.topic, client: filter.client, errors: filter.errors || undefined, sample: filter.sample > 1 ? filter.sample : undefined };
    this.#open = () => this.#read(apiUrl(`${path}/tap`, query));
    this.#open();
  }

  #read(url: string): void {
    const abort = (this.#abort = new AbortController());
    this.problem = null;
    this.endReason = "";
    this.pods = [];
    this.left = [];
    this.morePods = 0;
    this.#tell();
    readEvents(url, abort.signal, {
      opened: () => {
        this.#watch(abort);
        if (this.status === "reopening") this.gaps++;
        this.#become("live");
      },
      alive: () => this.#watch(abort),
      event: (event) => this.#take(event),
    }).then(
      () => this.#abort === abort && this.#over(null),
      (error: unknown) => this.#abort === abort && this.#over(asProblem(error)),
    );
  }

  #watch(abort: AbortController): void {
    clearTimeout(this.#watchdog);
    if (this.#abort !== abort) return;
    this.#watchdog = setTimeout(() => {
      this.#abort = null;
      abort.abort();
      this.#over(new ApiProblem(0, "Connection lost", `Nothing came for ${silence / 1000} s. Start the tap again.`));
    }, silence);
  }

  /** A stream is over: it was ended, or it broke off. What is nobody's decision is opened anew. */
  #over(problem: ApiProblem | null): void {
    clearTimeout(this.#watchdog);
    const now = Date.now();
    if (this.status !== "reopening") this.#brokeAt = now;
    const broke = this.status === "live" && (this.endReason === "" || this.endReason === "stopping");
    const waits = this.status === "reopening" && passing.has(problem?.status ?? 0) && now - this.#brokeAt < reopenFor;
    if (broke || waits) {
      this.#reopening = setTimeout(this.#open, reopenPause);
      this.#become("reopening");
      return;
    }
    this.problem = problem;
    this.#become(problem === null && this.endReason !== "" ? "ended" : "failed");
  }

  stop(): void {
    clearTimeout(this.#watchdog);
    clearTimeout(this.#reopening);
    this.#abort?.abort();
    this.#abort = null;
    if (this.status === "live" || this.status === "connecting" || this.status === "reopening") this.#become("idle");
  }

  clear(): void {
    this.rows.clear();
    this.lost = this.received = 0;
    this.#tell();
  }

  dispose(): void {
    this.#listener = () => undefined;
    clearTimeout(this.#timer);
    this.stop();
  }

  #become(status: TapStatus): void {
    this.status = status;
    this.#tell();
  }

  #tell(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#listener();
  }

  #take(event: ServerEvent): void {
    let body: unknown;
    try {
      body = JSON.parse(event.data);
    } catch {
      return;
    }
    if (body === null || typeof body !== "object") return;
    if (event.name === "request" || event.name === "response") {
      const frame = frameOf(body);
      if (frame === null) this.lost++;
      else this.rows.push({ number: this.received++, response: event.name === "response", frame });
    } else if (event.name === "lost") {
      this.lost += Number((body as { count?: number }).count ?? 0);
    } else if (event.name === "pods") {
      const pods = Array.isArray(body) ? body : (body as { pods?: unknown }).pods;
      this.pods = Array.isArray(pods) ? pods.map(String) : [];
      this.morePods = Number((body as { more?: number }).more ?? 0);
    } else if (event.name === "left") {
      const { pod, reason } = body as { pod?: string; reason?: string };
      this.pods = this.pods.filter((name) => name !== pod);
      this.left.push(`${pod ?? ""}: ${endWords(reason ?? "")}`);
    } else if (event.name === "end") {
      this.endReason = String((body as { reason?: string }).reason ?? "time");
    }
    this.#timer ??= setTimeout(() => this.#tell(), pace);
  }
}

/** Why a tap ended, in words. */
export function endWords(reason: string): string {
  const words: Record<string, string> = {
    time: "A tap lasts half an hour at most. Start it again to go on.",
    stopping: "The operator was stopped or replaced. Start the tap again.",
    "pod-gone": "The pod is gone: it was deleted or has ended.",
    unreachable: "The sidecar no longer answers.",
    denied: "The permission was taken away.",
  };
  return words[reason] ?? "The operator ended it.";
}

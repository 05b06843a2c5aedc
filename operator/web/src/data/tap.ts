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

export type TapStatus = "idle" | "connecting" | "live" | "ended" | "failed";

/** Rows that are kept; older ones fall out and are counted. */
export const tapCapacity = 5000;
/** The page is told of new rows at most this often, however fast they come. */
const pace = 200;

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

  #abort: AbortController | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #watchdog: ReturnType<typeof setTimeout> | undefined;
  #listener: () => void;

  constructor(listener: () => void) {
    this.#listener = listener;
  }

  start(path: string, filter: TapFilter): void {
    this.stop();
    const abort = (this.#abort = new AbortController());
    this.status = "connecting";
    this.problem = null;
    this.endReason = "";
    this.pods = [];
    this.left = [];
    this.morePods = 0;
    this.#tell();
    const query: Query = { api: filter.api, topic: filter.topic, client: filter.client, errors: filter.errors || undefined, sample: filter.sample > 1 ? filter.sample : undefined };
    readEvents(apiUrl(`${path}/tap`, query), abort.signal, {
      opened: () => {
        this.#watch(abort);
        this.#become("live");
      },
      alive: () => this.#watch(abort),
      event: (event) => this.#take(event),
    }).then(
      () => this.#abort === abort && this.#end(this.status === "ended" ? "ended" : "failed"),
      (error: unknown) => {
        if (this.#abort !== abort) return;
        this.problem = asProblem(error);
        this.#end("failed");
      },
    );
  }

  #watch(abort: AbortController): void {
    clearTimeout(this.#watchdog);
    if (this.#abort !== abort) return;
    this.#watchdog = setTimeout(() => {
      this.#abort = null;
      abort.abort();
      this.problem = new ApiProblem(0, "Connection lost", `Nothing came for ${silence / 1000} s. Start the tap again.`);
      this.#end("failed");
    }, silence);
  }

  #end(status: TapStatus): void {
    clearTimeout(this.#watchdog);
    this.#become(status);
  }

  stop(): void {
    clearTimeout(this.#watchdog);
    this.#abort?.abort();
    this.#abort = null;
    if (this.status === "live" || this.status === "connecting") this.#become("idle");
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
      this.status = "ended";
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

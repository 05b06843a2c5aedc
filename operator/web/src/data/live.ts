import { backoff } from "./backoff";
import { apiUrl } from "./client";
import type { Monitor, MonitorList } from "./contract";
import { type ApiProblem, asProblem } from "./problem";
import { readEvents, type ServerEvent } from "./sse";
import { silence } from "./silence";
import { onTokenChange } from "./token";

/** Which monitor the stream tells of besides the list of all. */
export interface Scope {
  namespace: string;
  monitor: string;
}

/** What the page knows and how well it is connected. Times are this machine's, in milliseconds. */
export interface LiveState {
  /** `refused`: the server answered and wants something of the user; `paused`: the tab is hidden. */
  connection: "connecting" | "live" | "lost" | "refused" | "paused";
  problem: ApiProblem | null;
  /** When figures last came. */
  heardAt: number | null;
  /** When the next attempt is made. */
  retryAt: number | null;
  list: MonitorList | null;
  /** The monitor of the scope; kept when the connection is lost. */
  monitor: Monitor | null;
  /** The scope's monitor does not exist (any more). */
  gone: boolean;
  /** Server's clock minus this machine's. */
  clockOffset: number;
}

/** A hidden tab gives its stream back after this long: a browser has six connections for one server, and the operator a limited number of streams. */
const hiddenFor = 30_000;
/** Events are taken over at most this often; every one is whole, so only the newest counts. */
const pace = 250;

/** The page's one stream of `/api/v1/events`: connects again by itself, and never forgets the last figures. */
export class LiveStore {
  state: LiveState = { connection: "connecting", problem: null, heardAt: null, retryAt: null, list: null, monitor: null, gone: false, clockOffset: 0 };

  #listeners = new Set<() => void>();
  #scope: Scope | null = null;
  #abort: AbortController | null = null;
  #attempt = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #watchdog: ReturnType<typeof setTimeout> | undefined;
  #hidden: ReturnType<typeof setTimeout> | undefined;
  #pending = new Map<string, string>();
  #flush: ReturnType<typeof setTimeout> | undefined;
  #flushedAt = 0;

  start(): void {
    onTokenChange(() => this.retry());
    addEventListener("online", () => this.state.connection === "lost" && this.retry());
    document.addEventListener("visibilitychange", () => this.#visibility());
    this.#connect();
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Chooses the monitor to be told of; the same again changes nothing. */
  watch(scope: Scope | null): void {
    if (scope?.namespace === this.#scope?.namespace && scope?.monitor === this.#scope?.monitor) return;
    this.#scope = scope;
    this.#pending.clear();
    this.#set({ monitor: null, gone: false });
    if (this.state.connection !== "paused") this.retry();
  }

  /** Connects now. */
  retry(): void {
    this.#attempt = 0;
    this.#connect();
  }

  #set(change: Partial<LiveState>): void {
    this.state = { ...this.state, ...change };
    for (const listener of this.#listeners) listener();
  }

  #stop(): void {
    clearTimeout(this.#timer);
    clearTimeout(this.#watchdog);
    this.#abort?.abort();
    this.#abort = null;
  }

  #connect(): void {
    this.#stop();
    const abort = (this.#abort = new AbortController());
    if (this.state.connection !== "live") this.#set({ connection: this.state.connection === "lost" ? "lost" : "connecting", retryAt: null });
    const watch = (): void => {
      clearTimeout(this.#watchdog);
      this.#watchdog = setTimeout(() => this.#lost(abort, asProblem(null)), silence);
    };
    watch();
    readEvents(apiUrl("events", this.#scope === null ? {} : { ...this.#scope }), abort.signal, {
      opened: () => {
        this.#attempt = 0;
        this.#set({ connection: "live", problem: null, retryAt: null });
      },
      alive: watch,
      event: (event) => this.#take(event, abort),
    }).then(
      () => this.#lost(abort, asProblem(null)),
      (error: unknown) => this.#lost(abort, asProblem(error)),
    );
  }

  #lost(abort: AbortController, problem: ApiProblem): void {
    if (this.#abort !== abort) return;
    this.#stop();
    this.#attempt++;
    const refused = problem.status >= 400 && problem.status < 500;
    const wait = problem.retryAfter !== null ? problem.retryAfter * 1000 : backoff(this.#attempt);
    // Without a token nothing changes by asking again; everything else may heal by itself.
    const again = problem.status !== 401 && problem.status !== 403;
    this.#set({ connection: refused ? "refused" : "lost", problem, retryAt: again ? Date.now() + wait : null });
    if (again) this.#timer = setTimeout(() => this.#connect(), wait);
  }

  #take(event: ServerEvent, abort: AbortController): void {
    if (this.#abort !== abort) return;
    this.#pending.set(event.name, event.data);
    if (this.#flush !== undefined) return;
    this.#flush = setTimeout(() => this.#apply(), Math.max(0, this.#flushedAt + pace - Date.now()));
  }

  #apply(): void {
    this.#flush = undefined;
    this.#flushedAt = Date.now();
    const change: Partial<LiveState> = { heardAt: Date.now() };
    for (const [name, data] of this.#pending) {
      try {
        const body: unknown = JSON.parse(data === "" ? "{}" : data);
        if (name === "monitors") change.list = body as MonitorList;
        else if (name === "monitor") Object.assign(change, { monitor: body as Monitor, gone: false });
        else if (name === "gone") Object.assign(change, { gone: true });
        const now = Date.parse((body as { now?: string }).now ?? "");
        if (Number.isFinite(now)) change.clockOffset = now - Date.now();
      } catch {
        // A torn event: the next one is whole.
      }
    }
    this.#pending.clear();
    this.#set(change);
  }

  #visibility(): void {
    clearTimeout(this.#hidden);
    if (document.visibilityState === "hidden") {
      this.#hidden = setTimeout(() => {
        this.#stop();
        this.#set({ connection: "paused", retryAt: null });
      }, hiddenFor);
    } else if (this.state.connection === "paused" || this.state.connection === "lost") {
      this.retry();
    }
  }
}

import { problemOf } from "./problem";
import { authHeaders } from "./token";

/** One server-sent event (HTML standard, section 9.2). */
export interface ServerEvent {
  name: string;
  data: string;
  id: string;
}

/** Longest event that is kept; a longer one is left out, so that a broken peer cannot fill the memory. */
const mostCharacters = 32 * 1024 * 1024;

/** Cuts a stream of text into server-sent events, however it was split. */
export class EventParser {
  #rest = "";
  #name = "";
  #data: string[] = [];
  #size = 0;
  #id = "";
  #afterReturn = false;

  /** Events that this piece completes. */
  push(piece: string): ServerEvent[] {
    const events: ServerEvent[] = [];
    let text = piece;
    if (this.#afterReturn && text.startsWith("\n")) text = text.slice(1);
    if (piece !== "") this.#afterReturn = false;
    let start = 0;
    for (let at = 0; at < text.length; at++) {
      const code = text.charCodeAt(at);
      if (code !== 10 && code !== 13) continue;
      this.#line(this.#rest + text.slice(start, at), events);
      this.#rest = "";
      if (code === 13) {
        if (at + 1 === text.length) this.#afterReturn = true;
        else if (text.charCodeAt(at + 1) === 10) at++;
      }
      start = at + 1;
    }
    if (this.#rest.length < mostCharacters) this.#rest += text.slice(start);
    return events;
  }

  #line(line: string, events: ServerEvent[]): void {
    if (line === "") {
      if (this.#data.length > 0 && this.#size < mostCharacters) {
        events.push({ name: this.#name === "" ? "message" : this.#name, data: this.#data.join("\n"), id: this.#id });
      }
      this.#name = "";
      this.#data = [];
      this.#size = 0;
      return;
    }
    if (line.startsWith(":")) return;
    const colon = line.indexOf(":");
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? "" : line.slice(line.charAt(colon + 1) === " " ? colon + 2 : colon + 1);
    if (field === "event") this.#name = value;
    else if (field === "id") this.#id = value;
    else if (field === "data") {
      this.#size += value.length + 1;
      if (this.#size < mostCharacters) this.#data.push(value);
    }
  }
}

/** What a reader of a stream is told. */
export interface StreamReader {
  /** The server accepted. */
  opened(): void;
  /** Anything came, comments too: the connection lives. */
  alive(): void;
  event(event: ServerEvent): void;
}

/**
 * Reads server-sent events until the stream ends or `signal` is aborted. It is fetch and not EventSource, because EventSource can send no token and
 * hides the status of an answer. Throws an ApiProblem for an answer that is no success, and a TypeError when the connection breaks.
 */
export async function readEvents(url: string, signal: AbortSignal, reader: StreamReader, lastId = ""): Promise<void> {
  const headers: Record<string, string> = { Accept: "text/event-stream", ...authHeaders() };
  if (lastId !== "") headers["Last-Event-ID"] = lastId;
  const response = await fetch(url, { headers, signal, cache: "no-store" });
  if (!response.ok || response.body === null) throw await problemOf(response);
  reader.opened();
  const parser = new EventParser();
  const decoder = new TextDecoder();
  const body = response.body.getReader();
  for (;;) {
    const { done, value } = await body.read();
    if (done) return;
    reader.alive();
    for (const event of parser.push(decoder.decode(value, { stream: true }))) reader.event(event);
  }
}

import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { type TapFilter, TapSession } from "../src/data/tap";

const everything: TapFilter = { api: "", topic: "", client: "", errors: false, sample: 1 };
const frame = (id: number): string => `event: request\ndata: {"time":"2026-01-01T00:00:00Z","direction":"outbound","connection":1,"api":"Fetch","apiKey":1,"version":12,"correlationId":${id},"size":10,"topics":[]}\n\n`;

/** Streams that were asked for, in order; each waits for its answer. */
let asked: { answer: (response: Response) => void; fail: () => void }[];

beforeEach(() => {
  asked = [];
  vi.useFakeTimers();
  vi.stubGlobal("fetch", () => new Promise<Response>((answer, reject) => asked.push({ answer, fail: () => reject(new TypeError("down")) })));
  vi.stubGlobal("sessionStorage", { getItem: () => null, setItem: () => undefined, removeItem: () => undefined });
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

/** Answers the newest request with a stream that the test writes. */
async function accept(): Promise<{ write: (text: string) => Promise<void>; end: () => Promise<void>; breakOff: () => Promise<void> }> {
  let control!: ReadableStreamDefaultController<Uint8Array>;
  const body = new ReadableStream<Uint8Array>({ start: (given) => { control = given; } });
  asked.at(-1)!.answer(new Response(body));
  await vi.advanceTimersByTimeAsync(1);
  const encode = new TextEncoder();
  return {
    write: async (text) => { control.enqueue(encode.encode(text)); await vi.advanceTimersByTimeAsync(1); },
    end: async () => { control.close(); await vi.advanceTimersByTimeAsync(1); },
    breakOff: async () => { control.error(new TypeError("reset")); await vi.advanceTimersByTimeAsync(1); },
  };
}

async function refuse(status: number): Promise<void> {
  asked.at(-1)!.answer(new Response("{}", { status }));
  await vi.advanceTimersByTimeAsync(1);
}

function started(): TapSession {
  const session = new TapSession(() => undefined);
  session.start("namespaces/shop/pods/a", everything);
  return session;
}

test("a tap goes on at the replica that follows, and says that there was a gap", async () => {
  const session = started();
  const first = await accept();
  await first.write(frame(1));
  await first.write('event: end\ndata: {"reason":"stopping"}\n\n');
  await first.end();
  expect([session.status, asked.length]).toEqual(["reopening", 1]);
  await vi.advanceTimersByTimeAsync(1000);
  await refuse(503);
  await vi.advanceTimersByTimeAsync(1000);
  asked.at(-1)!.fail();
  await vi.advanceTimersByTimeAsync(1001);
  expect([session.status, session.gaps, asked.length]).toEqual(["reopening", 0, 4]);
  const second = await accept();
  await second.write(frame(2));
  expect([session.status, session.gaps, session.problem, session.received]).toEqual(["live", 1, null, 2]);
  expect([0, 1].map((number) => session.rows.byNumber(number)?.frame.correlationId)).toEqual([1, 2]);
  session.dispose();
});

test.each([
  ["breaks off", async (stream: Awaited<ReturnType<typeof accept>>) => stream.breakOff()],
  ["is closed without a word", async (stream: Awaited<ReturnType<typeof accept>>) => stream.end()],
  ["is silent", async () => { await vi.advanceTimersByTimeAsync(15_000); }],
])("a tap that %s is opened again, and given up after 40 s", async (_, happens) => {
  const session = started();
  await happens(await accept());
  expect(session.status).toBe("reopening");
  for (let second = 0; second < 60 && session.status === "reopening"; second++) {
    await vi.advanceTimersByTimeAsync(1000);
    if (session.status === "reopening") await refuse(503);
  }
  expect([session.status, session.problem?.status]).toEqual(["failed", 503]);
  expect(asked.length).toBeGreaterThan(35);
  expect(asked.length).toBeLessThan(45);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(asked.length).toBeLessThan(45);
});

test.each(["pod-gone", "denied", "unreachable", "time"])("a tap that was ended (%s) is not opened again", async (reason) => {
  const session = started();
  const stream = await accept();
  await stream.write(`event: end\ndata: {"reason":"${reason}"}\n\n`);
  await stream.end();
  await vi.advanceTimersByTimeAsync(60_000);
  expect([session.status, session.endReason, asked.length]).toEqual(["ended", reason, 1]);
});

test.each([401, 403, 404, 503])("what is refused (%i) at the start is said at once; while it is opened again only a decision is", async (status) => {
  const refused = started();
  await refuse(status);
  expect([refused.status, refused.problem?.status]).toEqual(["failed", status]);

  const session = started();
  await (await accept()).breakOff();
  await vi.advanceTimersByTimeAsync(1000);
  await refuse(status);
  expect(session.status).toBe(status === 503 ? "reopening" : "failed");
  session.stop();
  const before = asked.length;
  await vi.advanceTimersByTimeAsync(60_000);
  expect([asked.length, session.status]).toEqual([before, status === 503 ? "idle" : "failed"]);
});

/** Answers the dashboard API with invented figures while the pages are worked on (`npm run dev`). It is in no build and no test. */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Plugin } from "vite";
import { frame, history, monitor, monitors, topicPage, topology } from "./fixtures";

function json(response: ServerResponse, body: unknown): void {
  response.setHeader("Content-Type", "application/json");
  response.end(JSON.stringify(body));
}

function problem(response: ServerResponse, status: number, title: string, detail: string): void {
  response.statusCode = status;
  response.setHeader("Content-Type", "application/problem+json");
  response.end(JSON.stringify({ status, title, detail }));
}

function stream(request: IncomingMessage, response: ServerResponse, milliseconds: number, tick: (send: (name: string, body: unknown) => void) => void): void {
  response.writeHead(200, { "Content-Type": "text/event-stream", "Cache-Control": "no-store" });
  const send = (name: string, body: unknown): void => void response.write(`event: ${name}\ndata: ${JSON.stringify(body)}\n\n`);
  tick(send);
  const timer = setInterval(() => tick(send), milliseconds);
  request.on("close", () => clearInterval(timer));
}

export function fixtureServer(): Plugin {
  return {
    name: "kafkamesh-fixtures",
    configureServer(server) {
      server.middlewares.use((request, response, next) => {
        const url = new URL(request.url ?? "/", "http://localhost");
        const path = url.pathname;
        const query = url.searchParams;
        if (!path.startsWith("/api/v1/")) return next();
        if (process.env.EMPTY !== undefined && path !== "/api/v1/info") return stream(request, response, 5000, (send) => send("monitors", { now: new Date().toISOString(), monitors: [] }));
        const [, namespace = "", name = "", rest = ""] = /^\/api\/v1\/namespaces\/([^/]+)\/(?:monitors|pods)\/([^/]+)\/?(.*)$/.exec(path)?.map(decodeURIComponent) ?? [];
        if (path === "/api/v1/info") return json(response, { version: "0.5.0", auth: "None", user: null, leader: true, now: new Date().toISOString(), historySeconds: 3600 });
        if (path === "/api/v1/events") {
          const wanted = [query.get("namespace"), query.get("monitor")] as const;
          return stream(request, response, 5000, (send) => {
            send("monitors", monitors());
            if (wanted[0] === null || wanted[1] === null) return;
            const whole = monitor(wanted[0], wanted[1]);
            if (whole === null) send("gone", {});
            else send("monitor", whole);
          });
        }
        if (path === "/api/v1/topology") return json(response, topology(query));
        if (rest === "tap") {
          if (request.headers["x-kafkamesh-token"] !== "secret") return problem(response, 403, "Not allowed", `The user system:serviceaccount:${namespace}:default may not get kafkamonitors/tap in namespace ${namespace}.`);
          let sent = 0;
          return stream(request, response, 100, (send) => {
            if (sent++ === 0) send("pods", { pods: ["orders-5d9c7b-0", "orders-5d9c7b-1"] });
            const error = query.get("errors") === "true";
            for (let index = 0; index < 4; index++) {
              const response = frame(index % 2 === 1);
              if (!error || (response.errors ?? []).length > 0) send(index % 2 === 1 ? "response" : "request", response);
            }
            if (sent % 50 === 0) send("lost", { count: 12 });
          });
        }
        if (rest === "topics") return json(response, topicPage(query));
        if (rest === "history") {
          const series = history(namespace, name, query.get("api"), query.get("since"));
          return series === null ? problem(response, 404, "Not found", "There is no such monitor.") : json(response, series);
        }
        const whole = monitor(namespace, name);
        return whole === null ? problem(response, 404, "Not found", "There is no such monitor.") : json(response, whole);
      });
    },
  };
}

import { useEffect, useState } from "preact/hooks";

/** Sections of a monitor's page, in the order they are shown. */
export const sections = ["traffic", "apis", "errors", "topics", "clients", "groups", "pods"] as const;
export type Section = (typeof sections)[number];

/** Where the user is. Everything stands behind the `#`, so that any prefix of a proxy works. */
export type Route =
  | { page: "overview" }
  | { page: "monitor"; namespace: string; monitor: string; section: Section }
  | { page: "topology"; namespace: string; monitor: string; by: "workload" | "pod"; view: "topics" | "brokers" }
  | { page: "tap"; namespace: string; monitor: string; pod: string }
  | { page: "nowhere"; path: string };

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

export function routeOf(hash: string): Route {
  const [path = "", query = ""] = hash.replace(/^#/, "").split("?", 2);
  const parts = path.split("/").filter((part) => part !== "").map(decoded);
  const parameters = new URLSearchParams(query);
  const given = (name: string): string => parameters.get(name) ?? "";
  const [page, namespace, monitor, section] = parts;
  if (page === undefined) return { page: "overview" };
  if (page === "monitors" && namespace !== undefined && monitor !== undefined && parts.length <= 4) {
    const known = sections.find((name) => name === section);
    if (section === undefined || known !== undefined) return { page: "monitor", namespace, monitor, section: known ?? "traffic" };
  }
  if (page === "topology" && parts.length === 1) {
    return {
      page: "topology",
      namespace: given("namespace"),
      monitor: given("monitor"),
      by: given("by") === "pod" ? "pod" : "workload",
      view: given("view") === "brokers" ? "brokers" : "topics",
    };
  }
  if (page === "tap" && parts.length === 1) return { page: "tap", namespace: given("namespace"), monitor: given("monitor"), pod: given("pod") };
  return { page: "nowhere", path };
}

export function hrefOf(route: Route): string {
  const query = (values: Record<string, string>): string => {
    const text = new URLSearchParams(Object.entries(values).filter(([, value]) => value !== "")).toString();
    return text === "" ? "" : `?${text}`;
  };
  switch (route.page) {
    case "overview":
      return "#/";
    case "monitor": {
      const base = `#/monitors/${encodeURIComponent(route.namespace)}/${encodeURIComponent(route.monitor)}`;
      return route.section === "traffic" ? base : `${base}/${route.section}`;
    }
    case "topology":
      return `#/topology${query({
        namespace: route.namespace,
        monitor: route.monitor,
        by: route.by === "pod" ? "pod" : "",
        view: route.view === "brokers" ? "brokers" : "",
      })}`;
    case "tap":
      return `#/tap${query({ namespace: route.namespace, monitor: route.monitor, pod: route.pod })}`;
    case "nowhere":
      return `#${route.path}`;
  }
}

export function go(route: Route): void {
  location.hash = hrefOf(route);
}

export function useRoute(): Route {
  const [route, set] = useState(() => routeOf(location.hash));
  useEffect(() => {
    const follow = (): void => set(routeOf(location.hash));
    addEventListener("hashchange", follow);
    return () => removeEventListener("hashchange", follow);
  }, []);
  return route;
}

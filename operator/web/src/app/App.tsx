import { useEffect, useRef, useState } from "preact/hooks";
import { icons } from "../components/icons";
import { State } from "../components/states";
import { plain } from "../format/text";
import { MonitorPage } from "../pages/MonitorPage";
import { Overview } from "../pages/Overview";
import { TapPage } from "../pages/TapPage";
import { TopologyPage } from "../pages/TopologyPage";
import { Banner } from "./Banner";
import { useLive, useLiveStore } from "./context";
import { type Route, useRoute } from "./router";
import { Sidebar } from "./Sidebar";

export function App() {
  const route = useRoute();
  const live = useLive();
  const store = useLiveStore();
  const main = useRef<HTMLElement>(null);
  const [menu, setMenu] = useState(false);
  const place = placeOf(route);
  const first = useRef(true);

  const [namespace, monitor] = route.page === "monitor" ? [route.namespace, route.monitor] : [null, null];
  useEffect(() => store.watch(namespace === null || monitor === null ? null : { namespace, monitor }), [store, namespace, monitor]);

  useEffect(() => {
    document.title = titleOf(route);
    setMenu(false);
  }, [route]);

  // Another page begins at its heading, for eyes and for screen readers; another section of the same page does not.
  useEffect(() => {
    if (first.current) {
      first.current = false;
      return;
    }
    scrollTo(0, 0);
    (main.current?.querySelector<HTMLElement>("h1") ?? main.current)?.focus({ preventScroll: true });
  }, [place]);

  const stale = live.connection !== "live" && live.heardAt !== null;
  return (
    <div class={menu ? "app menu-open" : "app"} onKeyDown={(event) => event.key === "Escape" && setMenu(false)}>
      <a
        class="skip"
        href="#main"
        onClick={(event) => {
          event.preventDefault();
          main.current?.focus();
        }}
      >
        Skip to content
      </a>
      <header class="topbar">
        <button type="button" class="icon-button" aria-expanded={menu} aria-controls="sidebar" onClick={() => setMenu(!menu)}>
          {menu ? icons.close : icons.menu}
          <span class="sr-only">Menu</span>
        </button>
        <span class="brand-name">KafkaMesh</span>
      </header>
      <Sidebar route={route} />
      <main id="main" ref={main} tabIndex={-1} class={stale ? "stale" : undefined}>
        <Banner />
        <Page route={route} key={place} />
      </main>
    </div>
  );
}

function Page({ route }: { route: Route }) {
  switch (route.page) {
    case "overview":
      return <Overview />;
    case "monitor":
      return <MonitorPage namespace={route.namespace} name={route.monitor} section={route.section} />;
    case "topology":
      return <TopologyPage route={route} />;
    case "tap":
      return <TapPage route={route} />;
    case "nowhere":
      return (
        <State title="There is no such page" level={1}>
          <p>The address names nothing that this dashboard has. <a href="#/">Go to the overview</a>.</p>
        </State>
      );
  }
}

/** What makes a page another one. */
function placeOf(route: Route): string {
  return route.page === "monitor" ? `monitor/${route.namespace}/${route.monitor}` : route.page;
}

function titleOf(route: Route): string {
  switch (route.page) {
    case "overview":
      return "Overview – KafkaMesh";
    case "monitor":
      return `${plain(route.monitor)} (${plain(route.namespace)}) – KafkaMesh`;
    case "topology":
      return "Topology – KafkaMesh";
    case "tap":
      return "Live tap – KafkaMesh";
    case "nowhere":
      return "KafkaMesh";
  }
}

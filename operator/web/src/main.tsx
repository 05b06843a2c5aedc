import { render } from "preact";
import "@fontsource-variable/inter/wght.css";
import "./styles/tokens.css";
import "./styles/base.css";
import "./styles/shell.css";
import "./styles/parts.css";
import "./styles/tables.css";
import "./styles/charts.css";
import "./styles/pages.css";
import { App } from "./app/App";
import { LiveContext } from "./app/context";
import { LiveStore } from "./data/live";

const live = new LiveStore();
live.start();
render(
  <LiveContext.Provider value={live}>
    <App />
  </LiveContext.Provider>,
  document.getElementById("app")!,
);

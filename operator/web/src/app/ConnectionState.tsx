import { Age } from "../components/figures";
import { useLive } from "./context";

const words = { connecting: "Connecting", live: "Live", lost: "Disconnected", refused: "Refused", paused: "Paused" } as const;
const tones = { connecting: "busy", live: "good", lost: "bad", refused: "warn", paused: "quiet" } as const;

/** Whether figures come, and when they last came. */
export function ConnectionState() {
  const live = useLive();
  return (
    <p class="connection">
      <span class={`dot ${tones[live.connection]}`} aria-hidden="true" />
      <span>{words[live.connection]}</span>
      {live.heardAt !== null && <span class="connection-age">updated <Age of={live.heardAt + live.clockOffset} /></span>}
    </p>
  );
}

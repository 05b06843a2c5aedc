import { useState } from "preact/hooks";
import { icons } from "../components/icons";
import { Age } from "../components/figures";
import { TokenDialog } from "../components/TokenDialog";
import { setToken, token } from "../data/token";
import { age } from "../format/time";
import { useLive, useLiveStore, useNow } from "./context";

/** Says that what is shown is not what is, how old it is, and when the next attempt is made. Says nothing while all is well. */
export function Banner() {
  const live = useLive();
  const store = useLiveStore();
  const [asking, ask] = useState(false);
  // What is announced changes with the state, not with every second.
  const trouble = live.connection === "lost" || live.connection === "refused";
  return (
    <div class="banner-place" role="status">
      {trouble && live.problem !== null && (
        <div class={live.connection === "lost" ? "banner bad" : "banner warn"}>
          <span class="banner-icon">{live.connection === "lost" ? icons.alert : icons.lock}</span>
          <div class="banner-text">
            <strong>{live.connection === "lost" ? "Connection lost" : live.problem.title}</strong>
            <span>{live.connection === "lost" ? live.problem.title === "The operator cannot be reached" ? live.problem.detail : live.problem.title : live.problem.detail}</span>
            {live.heardAt !== null && <span class="banner-age">Last figures: <Age of={live.heardAt + live.clockOffset} />.</span>}
            {live.retryAt !== null && <Countdown to={live.retryAt} />}
          </div>
          <div class="banner-actions">
            {live.problem.status === 401 || live.problem.status === 403 ? (
              <button type="button" onClick={() => ask(true)}>{token() === null ? "Give a token" : "Give another token"}</button>
            ) : (
              <button type="button" onClick={() => store.retry()}>Try now</button>
            )}
          </div>
        </div>
      )}
      {asking && <TokenDialog purpose="look" onClose={() => ask(false)} onToken={(value) => setToken(value)} />}
    </div>
  );
}

function Countdown({ to }: { to: number }) {
  const store = useLiveStore();
  const now = useNow(500) - store.state.clockOffset;
  return <span class="banner-age num" aria-hidden="true">{to <= now ? "Trying…" : `Next try in ${age(to - now + 999)}.`}</span>;
}

import { createContext } from "preact";
import { useContext, useEffect, useState } from "preact/hooks";
import type { LiveState, LiveStore } from "../data/live";

export const LiveContext = createContext<LiveStore | null>(null);

export function useLiveStore(): LiveStore {
  const store = useContext(LiveContext);
  if (store === null) throw new Error("a component stands outside of the live context");
  return store;
}

/** What is known now; the component follows it. */
export function useLive(): LiveState {
  const store = useLiveStore();
  const [state, set] = useState(store.state);
  useEffect(() => {
    const follow = (): void => set(store.state);
    follow();
    return store.subscribe(follow);
  }, [store]);
  return state;
}

/** The server's time, every so often; for ages. */
export function useNow(everyMilliseconds = 1000): number {
  const store = useLiveStore();
  const [now, set] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => set(Date.now()), everyMilliseconds);
    return () => clearInterval(timer);
  }, [everyMilliseconds]);
  return now + store.state.clockOffset;
}

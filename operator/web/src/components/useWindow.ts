import type { RefObject } from "preact";
import { useLayoutEffect, useState } from "preact/hooks";

/** Rows that are drawn beyond the visible ones, so that scrolling shows no gap. */
const spare = 12;

export interface RowWindow {
  first: number;
  /** Behind the last row. */
  end: number;
}

/** Which rows of fixed height a scroll container shows. */
export function rowsInView(scrollTop: number, height: number, rowHeight: number, count: number): RowWindow {
  const first = Math.max(0, Math.min(count, Math.floor(scrollTop / rowHeight) - spare));
  return { first, end: Math.max(first, Math.min(count, Math.ceil((scrollTop + height) / rowHeight) + spare)) };
}

export function useWindow(container: RefObject<HTMLElement>, count: number, rowHeight: number, enabled: boolean): RowWindow {
  const [window, set] = useState<RowWindow>({ first: 0, end: Math.min(count, 40) });
  useLayoutEffect(() => {
    const element = container.current;
    if (element === null || !enabled) return;
    const measure = (): void => {
      const next = rowsInView(element.scrollTop, element.clientHeight, rowHeight, count);
      set((last) => (last.first === next.first && last.end === next.end ? last : next));
    };
    measure();
    element.addEventListener("scroll", measure, { passive: true });
    const size = new ResizeObserver(measure);
    size.observe(element);
    return () => {
      element.removeEventListener("scroll", measure);
      size.disconnect();
    };
  }, [container, count, rowHeight, enabled]);
  return enabled ? { first: Math.min(window.first, count), end: Math.min(window.end, count) } : { first: 0, end: count };
}

import type { ComponentChildren } from "preact";

function Icon({ children }: { children: ComponentChildren }) {
  return (
    <svg class="icon" viewBox="0 0 16 16" width="16" height="16" fill="none" stroke="currentColor" stroke-width="1.5" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">
      {children}
    </svg>
  );
}

export const icons = {
  overview: <Icon><rect x="2" y="2" width="5" height="5" rx="1.2" /><rect x="9" y="2" width="5" height="5" rx="1.2" /><rect x="2" y="9" width="5" height="5" rx="1.2" /><rect x="9" y="9" width="5" height="5" rx="1.2" /></Icon>,
  topology: <Icon><circle cx="3.500" cy="8" r="1.800" /><circle cx="12.500" cy="3.500" r="1.800" /><circle cx="12.500" cy="12.500" r="1.800" /><path d="M5.200 7.200l5.600-2.800M5.200 8.800l5.600 2.800" /></Icon>,
  tap: <Icon><path d="M1.500 8h3l2-5 3 10 2-5h3" /></Icon>,
  sun: <Icon><circle cx="8" cy="8" r="2.800" /><path d="M8 1.500v1M8 13.500v1M1.500 8h1M13.500 8h1M3.400 3.400l.7.7M11.900 11.900l.7.7M3.400 12.600l.7-.7M11.900 4.100l.7-.7" /></Icon>,
  moon: <Icon><path d="M13.200 9.800A5.600 5.600 0 0 1 6.200 2.800a5.600 5.600 0 1 0 7 7z" /></Icon>,
  system: <Icon><rect x="1.800" y="2.500" width="12.400" height="8.500" rx="1.500" /><path d="M5.500 13.800h5" /></Icon>,
  menu: <Icon><path d="M2.500 4.500h11M2.500 8h11M2.500 11.500h11" /></Icon>,
  close: <Icon><path d="M4 4l8 8M12 4l-8 8" /></Icon>,
  pause: <Icon><path d="M5.500 3.500v9M10.500 3.500v9" /></Icon>,
  play: <Icon><path d="M5 3.200l7.500 4.800L5 12.800z" /></Icon>,
  search: <Icon><circle cx="7" cy="7" r="4.200" /><path d="M10.200 10.200l3.300 3.300" /></Icon>,
  alert: <Icon><path d="M8 2.200l6.300 11.300H1.700z" /><path d="M8 6.500v3M8 11.600v.1" /></Icon>,
  check: <Icon><path d="M3 8.500l3.300 3.300L13 4.800" /></Icon>,
  key: <Icon><circle cx="5" cy="11" r="2.800" /><path d="M7 9l6-6M11 5l1.800 1.800" /></Icon>,
  copy: <Icon><rect x="5.500" y="5.500" width="8" height="8" rx="1.500" /><path d="M10.500 3.200a1.200 1.200 0 0 0-1.200-1.200H3.700A1.700 1.700 0 0 0 2 3.700v5.600a1.200 1.200 0 0 0 1.200 1.200" /></Icon>,
  right: <Icon><path d="M6 3.500L10.500 8 6 12.500" /></Icon>,
  lock: <Icon><rect x="3" y="7" width="10" height="6.500" rx="1.500" /><path d="M5.200 7V5a2.800 2.800 0 0 1 5.600 0v2" /></Icon>,
  empty: <Icon><path d="M2 9.500l2-6h8l2 6v3.200a.8.8 0 0 1-.8.8H2.800a.8.8 0 0 1-.8-.8z" /><path d="M2 9.500h3.500l1 2h3l1-2H14" /></Icon>,
};

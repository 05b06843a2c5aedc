const clock = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", second: "2-digit", hour12: false });
const day = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit", second: "2-digit", hour12: false });

/** Local time of day, with the milliseconds when asked. */
export function localTime(time: number, withMilliseconds = false): string {
  if (!Number.isFinite(time)) return "–";
  const text = clock.format(time);
  return withMilliseconds ? `${text}.${String(new Date(time).getMilliseconds()).padStart(3, "0")}` : text;
}

/** Local date and time. */
export function localDate(time: number): string {
  return Number.isFinite(time) ? day.format(time) : "–";
}

/** UTC, for titles. */
export function utcTime(time: number): string {
  return Number.isFinite(time) ? new Date(time).toISOString().replace("T", " ").replace("Z", " UTC") : "not known";
}

/** A length of time in words of two parts at most; below a second it is now. */
export function age(milliseconds: number): string {
  const seconds = Math.floor(Math.max(0, milliseconds) / 1000);
  if (seconds < 1) return "now";
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min${seconds % 60 === 0 || seconds >= 600 ? "" : ` ${seconds % 60} s`}`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)} h${Math.floor((seconds % 3600) / 60) === 0 ? "" : ` ${Math.floor((seconds % 3600) / 60)} min`}`;
  return `${Math.floor(seconds / 86_400)} d${Math.floor((seconds % 86_400) / 3600) === 0 ? "" : ` ${Math.floor((seconds % 86_400) / 3600)} h`}`;
}

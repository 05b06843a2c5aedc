/** Figures as people read them: three significant digits, a unit that fits, and never a zero for something unknown. */
export interface Shown {
  text: string;
  unit: string;
}

/** What stands for an unknown figure. */
export const unknown: Shown = { text: "–", unit: "" };

const decimal = ["", "k", "M", "G", "T", "P"];

/** Three significant digits without trailing zeros behind the point; large ones in full. */
export function significant(value: number): string {
  if (value === 0) return "0";
  const size = Math.abs(value);
  if (size >= 999.5) return Math.round(value).toString();
  const rounded = Number(value.toPrecision(3));
  const whole = Math.abs(rounded) >= 1 ? Math.floor(Math.log10(Math.abs(rounded))) + 1 : 1;
  const digits = Math.abs(rounded) >= 1 ? 3 - whole : Math.min(8, 2 - Math.floor(Math.log10(Math.abs(rounded))));
  return trimmed(rounded.toFixed(Math.max(0, digits)));
}

function trimmed(text: string): string {
  return text.includes(".") ? text.replace(/0+$/, "").replace(/\.$/, "") : text;
}

function scaled(value: number, base: number, names: readonly string[]): [number, string] {
  let step = 0;
  let rest = value;
  while (Math.abs(rest) >= base * 0.9995 && step < names.length - 1) {
    rest /= base;
    step++;
  }
  return [rest, names[step]!];
}

/** A count of things: exact below 10,000, with k, M, … above. */
export function count(value: number | null | undefined): Shown {
  if (value === null || value === undefined || !Number.isFinite(value)) return unknown;
  if (Math.abs(value) < 10_000) return { text: Number.isInteger(value) ? value.toLocaleString("en") : significant(value), unit: "" };
  const [rest, prefix] = scaled(value, 1000, decimal);
  return { text: significant(rest) + prefix, unit: "" };
}

/** Things per second. Rates that would round to nothing say so instead of 0. */
export function rate(value: number | null | undefined, unit = "/s"): Shown {
  if (value === null || value === undefined || !Number.isFinite(value)) return unknown;
  if (value > 0 && value < 0.001) return { text: "<0.001", unit };
  const [rest, prefix] = scaled(value, 1000, decimal);
  return { text: significant(rest) + prefix, unit };
}

/** Bytes in powers of a thousand, as networks are measured. */
export function bytes(value: number | null | undefined, per = ""): Shown {
  if (value === null || value === undefined || !Number.isFinite(value)) return unknown;
  const [rest, prefix] = scaled(value, 1000, decimal);
  return { text: significant(rest), unit: `${prefix === "k" ? "k" : prefix}B${per}` };
}

/** A duration that is given in milliseconds. */
export function milliseconds(value: number | null | undefined): Shown {
  if (value === null || value === undefined || !Number.isFinite(value)) return unknown;
  if (value === 0) return { text: "0", unit: "ms" };
  if (value < 0.9995) return value < 0.0005 ? { text: "<1", unit: "µs" } : { text: significant(value * 1000), unit: "µs" };
  if (value < 999.5) return { text: significant(value), unit: "ms" };
  if (value < 119_950) return { text: significant(value / 1000), unit: "s" };
  return { text: significant(value / 60_000), unit: "min" };
}

/** A ratio of 0 to 1 as per cent; something that is not nothing never reads as 0. */
export function percent(ratio: number | null | undefined): Shown {
  if (ratio === null || ratio === undefined || !Number.isFinite(ratio)) return unknown;
  const value = ratio * 100;
  if (value > 0 && value < 0.01) return { text: "<0.01", unit: "%" };
  if (value < 100 && value > 99.95) return { text: ">99.9", unit: "%" };
  return { text: significant(value), unit: "%" };
}

/** Figure and unit as one text, for titles, labels and axes. */
export function joined(shown: Shown): string {
  if (shown.unit === "") return shown.text;
  return shown.unit.startsWith("/") || shown.unit === "%" ? shown.text + shown.unit : `${shown.text} ${shown.unit}`;
}

/** The exact figure for a title. */
export function exact(value: number | null | undefined): string {
  return value === null || value === undefined ? "not known" : value.toLocaleString("en", { maximumFractionDigits: 6 });
}

/** Figures as people read them: three significant digits, a unit that fits, and never a zero for something unknown. */
export interface Shown {
  text: string;
  unit: string;
}

/** What stands for an unknown figure. */
export const unknown: Shown = { text: "–", unit: "" };

const decimal = ["", "k", "M", "G", "T", "P"];

/** Three significant digits, zeros behind the point too, so that a figure keeps its width while it changes; whole numbers below a thousand as they are. */
export function significant(value: number, isScaled = false): string {
  const size = Math.abs(value);
  if (Number.isInteger(value) && size < 1000 && !isScaled) return value.toString();
  if (size >= 999.5) return Math.round(value).toString();
  const rounded = Number(value.toPrecision(3));
  const magnitude = Math.floor(Math.log10(Math.abs(rounded)));
  return rounded.toFixed(Math.max(0, Math.min(8, 2 - magnitude)));
}

/** A figure's text without the zeros behind the point: axes want round numbers short. */
export function short(text: string): string {
  return text.replace(/\.(\d*?)0+(?!\d)/, (_, digits: string) => (digits === "" ? "" : `.${digits}`));
}

/** The figure in three digits, and the prefix that it then takes. */
function scaled(value: number): [string, string] {
  let step = 0;
  let rest = value;
  while (Math.abs(rest) >= 999.5 && step < decimal.length - 1) {
    rest /= 1000;
    step++;
  }
  return [significant(rest, step > 0), decimal[step]!];
}

/** A count of things: exact below 10,000, with k, M, … above. */
export function count(value: number | null | undefined): Shown {
  if (value === null || value === undefined || !Number.isFinite(value)) return unknown;
  if (Math.abs(value) < 10_000) return { text: Number.isInteger(value) ? value.toLocaleString("en") : significant(value), unit: "" };
  const [rest, prefix] = scaled(value);
  return { text: rest + prefix, unit: "" };
}

/** Things per second. Rates that would round to nothing say so instead of 0. */
export function rate(value: number | null | undefined, unit = "/s"): Shown {
  if (value === null || value === undefined || !Number.isFinite(value)) return unknown;
  if (value > 0 && value < 0.001) return { text: "<0.001", unit };
  const [rest, prefix] = scaled(value);
  return { text: rest + prefix, unit };
}

/** Bytes in powers of a thousand, as networks are measured. */
export function bytes(value: number | null | undefined, per = ""): Shown {
  if (value === null || value === undefined || !Number.isFinite(value)) return unknown;
  const [rest, prefix] = scaled(value);
  return { text: rest, unit: `${prefix}B${per}` };
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

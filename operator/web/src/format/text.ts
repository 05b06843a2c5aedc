/** A piece of a name from the wire: shown as it is, or made visible because it would hide, reorder or break the page's text. */
export interface Piece {
  text: string;
  made: boolean;
}

/*
 * What is not shown as it is: control characters (C0, DEL, C1), line and paragraph separators, the characters that change direction (Unicode TR 9), zero-width
 * and other invisible ones, tags and lone surrogates. Joiners inside of emoji and scripts are made visible too: names of topics have no need of them.
 */
// eslint-disable-next-line no-control-regex
const hidden = /[\u0000-\u001f\u007f-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb]|[\u{e0000}-\u{e0fff}\u{1d173}-\u{1d17a}]|[\ud800-\udfff]/gu;

/** Cuts a text into pieces that are safe to show. */
export function pieces(text: string): Piece[] {
  const result: Piece[] = [];
  let from = 0;
  for (const match of text.matchAll(hidden)) {
    if (match.index > from) result.push({ text: text.slice(from, match.index), made: false });
    result.push({ text: visible(match[0].codePointAt(0)!), made: true });
    from = match.index + match[0].length;
  }
  if (from < text.length || result.length === 0) result.push({ text: text.slice(from), made: false });
  return result;
}

function visible(code: number): string {
  const short = { 9: "\\t", 10: "\\n", 13: "\\r" }[code];
  if (short !== undefined) return short;
  if (code >= 0xd800 && code <= 0xdfff) return "\ufffd";
  return `\\u{${code.toString(16).toUpperCase()}}`;
}

/** The same as one text, for titles and labels. */
export function plain(text: string): string {
  return pieces(text).map((piece) => piece.text).join("");
}

/** One or many: `pods(1)` is "1 pod". */
export function plural(number: number, one: string, many = `${one}s`): string {
  return `${number.toLocaleString("en")} ${number === 1 ? one : many}`;
}

import { expect, test } from "vitest";
import { pieces, plain, plural } from "../src/format/text";

test.each([
  ["orders", "orders"],
  ["", ""],
  ["tab\there\nnext\u0000", "tab\\there\\nnext\\u{0}"],
  ["evil\u202egnp", "evil\\u{202E}gnp"],
  ["a\u2066b\u2069", "a\\u{2066}b\\u{2069}"],
  ["zero\u200bwidth\ufeff", "zero\\u{200B}width\\u{FEFF}"],
  ["c1\u0085\u009b", "c1\\u{85}\\u{9B}"],
  ["tag\u{e0041}", "tag\\u{E0041}"],
  ["lone\ud800end", "lone\ufffdend"],
  ["مواضيع", "مواضيع"],
  ["😀", "😀"],
  ["<img src=x onerror=alert(1)>", "<img src=x onerror=alert(1)>"],
])("%j reads %j", (given, text) => expect(plain(given)).toBe(text));

test("what was made visible is marked, the rest is not", () =>
  expect(pieces("a\u202eb")).toEqual([{ text: "a", made: false }, { text: "\\u{202E}", made: true }, { text: "b", made: false }]));

test("no input leaves a character that hides or reorders", () => {
  const every = Array.from({ length: 0x11000 }, (_, code) => String.fromCodePoint(code)).join("");
  expect(plain(every)).not.toMatch(/[\p{Cc}\p{Cs}\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/u);
});

test("one thing and many", () => expect([plural(1, "pod"), plural(0, "pod"), plural(1200, "pod")]).toEqual(["1 pod", "0 pods", "1,200 pods"]));

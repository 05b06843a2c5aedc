import { describe, expect, test } from "vitest";
import { bytes, count, joined, milliseconds, percent, rate, short, significant } from "../src/format/number";

describe("significant", () => {
  test.each([
    [0, "0"], [5, "5"], [999, "999"], [1.5, "1.50"], [12.34, "12.3"], [123.4, "123"], [999.4, "999"], [999.6, "1000"], [0.1234, "0.123"], [0.00099995, "0.00100"], [9.999, "10.0"], [-2.345, "-2.35"], [1234.5, "1235"],
  ])("of %s is %s", (value, text) => expect(significant(value)).toBe(text));
});

test("a figure that is not known is a dash and never a zero", () => {
  for (const show of [count, rate, bytes, milliseconds, percent]) {
    for (const value of [null, undefined, Number.NaN, Number.POSITIVE_INFINITY]) expect(joined(show(value))).toBe("–");
  }
});

test.each([[0, "0/s"], [0.0004, "<0.001/s"], [1.5, "1.50/s"], [999.7, "1.00k/s"], [1234, "1.23k/s"], [26_000, "26.0k/s"], [2.5e9, "2.50G/s"]])("rate of %s is %s", (value, text) => expect(joined(rate(value))).toBe(text));
test.each([[0, "0 B"], [999, "999 B"], [1000, "1.00 kB"], [1_234_567, "1.23 MB"], [5e18, "5000 PB"], [999.7, "1.00 kB"]])("bytes of %s are %s", (value, text) => expect(joined(bytes(value))).toBe(text));
test.each([[0, "0 ms"], [0.0001, "<1 µs"], [0.5, "500 µs"], [0.9996, "1.00 ms"], [12.34, "12.3 ms"], [1500, "1.50 s"], [120_000, "2 min"]])("%s milliseconds are %s", (value, text) => expect(joined(milliseconds(value))).toBe(text));
test.each([[0, "0%"], [0.00001, "<0.01%"], [0.0021, "0.210%"], [0.5, "50%"], [0.99999, ">99.9%"], [1, "100%"]])("ratio %s is %s", (value, text) => expect(joined(percent(value))).toBe(text));
test.each([[12, "12"], [9999, "9,999"], [12_345, "12.3k"], [84_000_000, "84.0M"]])("count of %s is %s", (value, text) => expect(joined(count(value))).toBe(text));
test.each([["2.00k/s", "2k/s"], ["2.50 ms", "2.5 ms"], ["100 ms", "100 ms"], ["0.0200/s", "0.02/s"], ["1,200", "1,200"]])("short form of %s is %s", (text, less) => expect(short(text)).toBe(less));

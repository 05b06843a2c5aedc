/**
 * The server writes at least a comment every 5 s: after this long without anything, in milliseconds, a stream's connection is dead although nobody said so.
 * The operator has the same figure in EventStream.LongestSilence, and docs/api promises it; a test holds the three together.
 */
export const silence = 15_000;

import { expect, it } from "vitest";
import { expirationAfter, isExpired, lives } from "./tokens";

const now = Date.UTC(2026, 0, 31, 12);

it("counts the life of a token in whole days", () => {
  expect(expirationAfter(30, now)).toBe("2026-03-02T12:00:00.000Z");
});

it("offers no life that the server refuses", () => {
  expect(Math.max(...lives)).toBeLessThanOrEqual(5 * 366);
});

it("tells what is over", () => {
  expect(isExpired("2026-01-31T12:00:00Z", now)).toBe(true);
  expect(isExpired("2026-01-31T12:00:01Z", now)).toBe(false);
});

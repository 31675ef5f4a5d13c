import { expect, it } from "vitest";
import { makePassword } from "./password";

it("makes passwords that are long, readable and different", () => {
  const made = new Set(Array.from({ length: 100 }, makePassword));
  expect(made.size).toBe(100);
  for (const password of made) expect(password).toMatch(/^([a-km-np-z2-9]{4}-){5}[a-km-np-z2-9]{4}$/);
});

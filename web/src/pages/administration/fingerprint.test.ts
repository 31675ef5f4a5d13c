import { expect, it } from "vitest";
import { spelled, validity } from "./fingerprint";

it("spells a fingerprint as browsers do", () => {
  expect(spelled("0a1bff")).toBe("0A:1B:FF");
});

it("tells of a certificate that ends while there is time to replace it", () => {
  const now = Date.UTC(2026, 0, 1);
  expect(validity("2025-01-01T00:00:00Z", "2027-01-01T00:00:00Z", now)).toBe("valid");
  expect(validity("2025-01-01T00:00:00Z", "2026-01-20T00:00:00Z", now)).toBe("soon");
  expect(validity("2025-01-01T00:00:00Z", "2026-01-01T00:00:00Z", now)).toBe("over");
  expect(validity("2026-01-02T00:00:00Z", "2027-01-01T00:00:00Z", now)).toBe("early");
});

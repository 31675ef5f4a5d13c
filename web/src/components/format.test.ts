import { describe, expect, it } from "vitest";
import { formatDuration, formatRelative, formatSize } from "./format";

describe("sizes", () => {
  it("have the unit that keeps them short", () => {
    expect(formatSize(0)).toBe("0 B");
    expect(formatSize(1023)).toBe("1023 B");
    expect(formatSize(1536)).toBe("1.5 KiB");
    expect(formatSize(5 * 1024 ** 4)).toBe("5.0 TiB");
  });
});

describe("durations", () => {
  it("have hours only where there are some", () => {
    expect(formatDuration(0)).toBe("0:00");
    expect(formatDuration(65)).toBe("1:05");
    expect(formatDuration(3723)).toBe("1:02:03");
  });
});

describe("times", () => {
  const now = Date.parse("2026-03-01T12:00:00Z");
  it("are told from now", () => {
    expect(formatRelative("2026-03-01T11:57:00Z", now)).toMatch(/3/);
    expect(formatRelative("2026-03-03T12:00:00Z", now)).toMatch(/2/);
  });
});

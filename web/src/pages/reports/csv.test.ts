import { describe, expect, it } from "vitest";
import { toCsv } from "./csv";

describe("a table as CSV", () => {
  it("has a line a row, with what would end a field in quotes", () =>
    expect(toCsv(["Name", "Size"], [["a, b", 1], ['say "x"\n', -2]])).toBe('Name,Size\r\n"a, b",1\r\n"say ""x""\n",-2\r\n'));

  it("is no formula for a spreadsheet", () =>
    expect(toCsv(["Name"], [["=1+1"], ["@x"], ["-a"], ["+b"], ["a=b"]])).toBe("Name\r\n'=1+1\r\n'@x\r\n'-a\r\n'+b\r\na=b\r\n"));
});

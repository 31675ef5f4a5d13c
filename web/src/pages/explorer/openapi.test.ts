import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { addressOf, matches, readOperations, sampleOf, type OpenApi } from "./openapi";

// The very document that the server gives.
const document = JSON.parse(readFileSync(new URL("../../../../tests/api/golden/openapi.json", import.meta.url), "utf8")) as OpenApi;
const operations = readOperations(document);

function find(method: string, path: string, action?: string) {
  const found = operations.find((one) => one.method === method && one.path === path && one.action === action);
  if (!found) throw new Error(`${method} ${path} ${action}`);
  return found;
}

describe("the operations of the API", () => {
  it("are each of them there, actions by themselves", () => {
    expect(new Set(operations.map((one) => one.id)).size).toBe(operations.length);
    expect(find("POST", "/jobs/{jobId}", "start").answers.some(({ types }) => types.includes("Task"))).toBe(true);
    expect(find("POST", "/jobs/{jobId}", "clone").body).toBe("JobCloneSpecInput");
    expect(find("GET", "/jobs").parameters.map(({ name }) => name)).toContain("pageSize");
  });

  it("are found by words in any order", () => {
    const start = find("POST", "/jobs/{jobId}", "start");
    expect(matches(start, "start post JOBS")).toBe(true);
    expect(matches(start, "stop jobs")).toBe(false);
  });

  it("are addressed by what is filled in", () => {
    expect(addressOf(find("POST", "/jobs/{jobId}", "start"), { jobId: "a b" })).toBe("/jobs/a%20b?action=start");
    expect(addressOf(find("GET", "/jobs"), { pageSize: "5", page: "" })).toBe("/jobs?pageSize=5");
  });

  it("have a sample of every body that they take", () => {
    for (const { body } of operations) if (body) expect(sampleOf(document, body), body).toBeTypeOf("object");
    expect(sampleOf(document, "ApiTokenSpecInput")).toMatchObject({ Name: "", Roles: { Roles: [""] } });
  });
});

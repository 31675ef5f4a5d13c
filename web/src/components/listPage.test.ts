import { expect, it } from "vitest";
import { pageOf } from "./listPage";

const names = ["web10", "web9", "db1", "mail"];
const whole = { search: "", words: (name: string) => name, value: (name: string) => name, descending: false, page: 1, pageSize: 2 };

it("sorts as people count, and leaves the list as it was", () => {
  expect(pageOf(names, { ...whole, pageSize: 9 }).items).toEqual(["db1", "mail", "web9", "web10"]);
  expect(pageOf(names, { ...whole, pageSize: 9, descending: true }).items[0]).toBe("web10");
  expect(names[0]).toBe("web10");
});

it("finds words in any letter case", () => {
  expect(pageOf(names, { ...whole, search: "WEB" })).toEqual({ items: ["web9", "web10"], count: 2, page: 1 });
  expect(pageOf(names, { ...whole, search: "none" })).toEqual({ items: [], count: 0, page: 1 });
});

it("shows the last page where the one asked for is beyond it", () => {
  expect(pageOf(names, { ...whole, page: 7 })).toEqual({ items: ["web9", "web10"], count: 4, page: 2 });
});

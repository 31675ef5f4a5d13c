// A page of a list that is there as a whole.
export type Sortable = string | number | null | undefined;

interface Wanted<T> {
  search: string;
  words(item: T): string;
  value?(item: T): Sortable;
  descending: boolean;
  page: number;
  pageSize: number;
}

// What is missing comes first, as in the lists that the server sorts.
function compare(one: Sortable, other: Sortable): number {
  if (typeof one === "number" && typeof other === "number") return one - other;
  return String(one ?? "").localeCompare(String(other ?? ""), undefined, { numeric: true });
}

// `count` is of all pages; a page beyond the last is the last.
export function pageOf<T>(items: T[], wanted: Wanted<T>): { items: T[]; count: number; page: number } {
  const { search, words, value, descending, pageSize } = wanted;
  const found = items.filter((item) => words(item).toLowerCase().includes(search.toLowerCase()));
  if (value) found.sort((one, other) => compare(value(one), value(other)) * (descending ? -1 : 1));
  const page = Math.min(wanted.page, Math.max(1, Math.ceil(found.length / pageSize)));
  return { items: found.slice((page - 1) * pageSize, page * pageSize), count: found.length, page };
}

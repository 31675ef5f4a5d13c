// The filters, order and page of a list, kept in the URL: the back button, reloading and links keep the place.
import { useCallback } from "react";
import { useSearchParams } from "react-router";

export interface ListState {
  values: Record<string, string>;
  sort: { field: string; descending: boolean };
  page: number;
  set(name: string, value: string): void;
  // Several at once: the URL is changed once, since changes in the same moment do not add up.
  setAll(values: Record<string, string>): void;
  clear(): void;
  setSort(field: string, descending: boolean): void;
  setPage(page: number): void;
}

// `first` is the order where the URL names none: "-CreationTime" descends.
export function useListState(names: string[], first: string): ListState {
  const [parameters, setParameters] = useSearchParams();
  const change = useCallback(
    (edit: (next: URLSearchParams) => void) =>
      setParameters(
        (before) => {
          const next = new URLSearchParams(before);
          edit(next);
          return next;
        },
        { replace: true },
      ),
    [setParameters],
  );
  const put = (next: URLSearchParams, name: string, value: string) => (value ? next.set(name, value) : next.delete(name));
  const setAll = (values: Record<string, string>) =>
    change((next) => {
      for (const [name, value] of Object.entries(values)) put(next, name, value);
      next.delete("page");
    });
  const order = parameters.get("sort") ?? first;
  return {
    values: Object.fromEntries(names.map((name) => [name, parameters.get(name) ?? ""])),
    sort: { field: order.replace(/^-/, ""), descending: order.startsWith("-") },
    page: Math.max(1, Number(parameters.get("page")) || 1),
    set: (name, value) => setAll({ [name]: value }),
    setAll,
    clear: () =>
      change((next) => {
        for (const name of names) next.delete(name);
        next.delete("page");
      }),
    setSort: (field, descending) =>
      change((next) => {
        put(next, "sort", `${descending ? "-" : ""}${field}`);
        next.delete("page");
      }),
    setPage: (page) => change((next) => put(next, "page", page > 1 ? String(page) : "")),
  };
}

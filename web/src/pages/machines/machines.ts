// The machines of all hosts, and what is known of their backups.
import { useQueries, useQuery } from "@tanstack/react-query";
import { get } from "../../api/client";
import { queryEntities } from "../../api/query";
import type { HierarchyItem, HierarchyRoot, Schemas, VmRestorePoint } from "../../api/types";

export interface Machine {
  reference: string;
  name: string;
  host: string;
  hostUid: string;
}

// "urn:CustomPlatform:Vm:<root>.<domain>" -> "<domain>"
export function domainOf(reference: string): string {
  return reference.split(".").pop() ?? "";
}

export function useHierarchyRoots() {
  return useQuery({
    queryKey: ["HierarchyRoot", "all"],
    queryFn: async ({ signal }) =>
      (await get<Schemas["HierarchyRoots"]>("/hierarchyRoots?format=Entity", signal)).HierarchyRoots as HierarchyRoot[],
  });
}

export async function lookUp(root: string, type: string, signal?: AbortSignal): Promise<HierarchyItem[]> {
  const answer = await get<Schemas["HierarchyItems"]>(`/lookup?${new URLSearchParams({ host: root, type, name: "*" })}`, signal);
  return answer.HierarchyItems;
}

// Each host is asked by itself: one that does not answer does not hide the machines of the others.
export function useMachines() {
  const roots = useHierarchyRoots();
  const answers = useQueries({
    queries: (roots.data ?? []).map((root) => ({
      queryKey: ["lookup", root.UID, "Vm"],
      queryFn: async ({ signal }: { signal: AbortSignal }) =>
        (await lookUp(root.UID ?? "", "Vm", signal)).map<Machine>((item) => ({
          reference: item.ObjectRef,
          name: item.ObjectName,
          host: root.Name ?? "",
          hostUid: root.UID ?? "",
        })),
    })),
  });
  const isComplete = roots.data !== undefined && answers.every((answer) => !answer.isPending);
  const machines = answers
    .flatMap((answer) => answer.data ?? [])
    .sort((one, other) => one.name.localeCompare(other.name, undefined, { numeric: true }));
  return {
    machines,
    isComplete,
    hasHosts: (roots.data?.length ?? 0) > 0,
    error: roots.error ?? answers.find((answer) => answer.error)?.error,
    refetch: () => {
      void roots.refetch();
      for (const answer of answers) void answer.refetch();
    },
  };
}

export function useNewestPoint(reference: string) {
  return useQuery({
    queryKey: ["VmRestorePoint", "newest", reference],
    queryFn: async ({ signal }): Promise<VmRestorePoint | null> => {
      const page = await queryEntities(
        "VmRestorePoint",
        {
          where: [`VmUid==${domainOf(reference)}`],
          sort: { field: "CreationTime", descending: true },
          pageSize: 1,
        },
        signal,
      );
      return page.items[0] ?? null;
    },
  });
}

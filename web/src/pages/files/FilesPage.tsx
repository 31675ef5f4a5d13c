// The files of a restore point: browsed folder by folder, and downloaded.
import {
  Breadcrumb,
  BreadcrumbItem,
  Button,
  EmptyState,
  EmptyStateBody,
  PageSection,
  Spinner,
} from "@patternfly/react-core";
import { FileIcon, FolderIcon } from "@patternfly/react-icons";
import { Table, Tbody, Td, Th, Thead, Tr } from "@patternfly/react-table";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useParams, useSearchParams } from "react-router";
import { get, run } from "../../api/client";
import { useEntity } from "../../api/query";
import type { Schemas, VmRestorePoint } from "../../api/types";
import { Failure, Loaded } from "../../components/Failure";
import { formatExact, formatSize } from "../../components/format";
import { PageHead } from "../../components/PageHead";
import { Time } from "../../components/values";
import { text } from "../../messages";
import { pathOf, useDownload } from "./download";
import { PreviewDialog } from "./PreviewDialog";

const pageSize = 200;

interface Entry {
  path: string;
  name: string;
  href: string;
  isFolder: boolean;
  size?: number | null;
  owner?: string | null;
  modified?: string | null;
}

// The mount of this logon session: the one that is there, or a new one. It ends by itself when it is not used.
async function mount(point: string, signal: AbortSignal): Promise<Schemas["VmRestorePointMount"]> {
  const there = await get<Schemas["VmRestorePointMounts"]>(`/vmRestorePoints/${point}/mounts?format=Entity`, signal);
  if (there.VmRestorePointMounts[0]) return there.VmRestorePointMounts[0];
  const task = await run("POST", `/vmRestorePoints/${point}/mounts`);
  const made = task.Links?.find((link) => link.Rel === "Related" && link.Type === "VmRestorePointMount")?.Href;
  if (!made) throw new Error(task.Result?.Message ?? "");
  return get<Schemas["VmRestorePointMount"]>(pathOf(made), signal);
}

function useMount(point: string) {
  return useQuery({
    queryKey: ["mount", point],
    queryFn: ({ signal }) => mount(point, signal),
    staleTime: Number.POSITIVE_INFINITY,
    refetchInterval: false,
  });
}

function entriesOf(listing: Schemas["FileSystemEntries"]): Entry[] {
  return [
    ...(listing.Directories?.DirectoryEntries ?? []).map((entry) => ({
      path: entry.Path,
      name: entry.Name,
      href: entry.Href ?? "",
      isFolder: true,
    })),
    ...(listing.Files?.FileEntries ?? []).map((entry) => ({
      path: entry.Path,
      name: entry.Name,
      href: entry.Href ?? "",
      isFolder: false,
      size: entry.Size,
      owner: entry.Owner,
      modified: entry.ModifiedDateUTC,
    })),
  ];
}

function useFolder(href: string | undefined) {
  return useInfiniteQuery({
    queryKey: ["folder", href],
    enabled: href !== undefined,
    initialPageParam: 1,
    refetchInterval: false,
    queryFn: ({ pageParam, signal }) => {
      const path = pathOf(href ?? "");
      return get<Schemas["FileSystemEntries"]>(
        `${path}${path.includes("?") ? "&" : "?"}action=listAll&pageSize=${pageSize}&page=${pageParam}`,
        signal,
      );
    },
    getNextPageParam: (last, all) => (all.length < (last.PagingInfo?.PagesCount ?? 1) ? all.length + 1 : undefined),
  });
}

interface RowsProps {
  entries: Entry[];
  open(entry: Entry): void;
  preview(entry: Entry): void;
  download(entry: Entry): void;
}

function Rows({ entries, open, preview, download }: RowsProps) {
  return (
    <Table aria-label={text.machines.files} variant="compact" gridBreakPoint="grid-md">
      <Thead>
        <Tr>
          <Th width={50}>{text.files.name}</Th>
          <Th>{text.files.size}</Th>
          <Th>{text.files.owner}</Th>
          <Th>{text.files.modified}</Th>
          <Th screenReaderText={text.common.actions} />
        </Tr>
      </Thead>
      <Tbody>
        {entries.map((entry) => (
          <Tr key={entry.href}>
            <Td dataLabel={text.files.name} modifier="breakWord">
              <Button
                variant="link"
                isInline
                icon={entry.isFolder ? <FolderIcon /> : <FileIcon />}
                onClick={() => (entry.isFolder ? open(entry) : preview(entry))}
              >
                {entry.name}
              </Button>
            </Td>
            <Td dataLabel={text.files.size}>{entry.size == null ? "" : formatSize(entry.size)}</Td>
            <Td dataLabel={text.files.owner}>{entry.owner}</Td>
            <Td dataLabel={text.files.modified}>{entry.modified && <Time at={entry.modified} />}</Td>
            <Td isActionCell>
              <Button
                variant="link"
                isInline
                aria-label={`${entry.isFolder ? text.files.downloadFolder : text.files.download}: ${entry.name}`}
                onClick={() => download(entry)}
              >
                {entry.isFolder ? text.files.downloadFolder : text.files.download}
              </Button>
            </Td>
          </Tr>
        ))}
      </Tbody>
    </Table>
  );
}

// The folders that were opened, from the root on, are in the URL.
interface Step {
  name: string;
  href: string;
}

function Browser({ mounted }: { mounted: Schemas["VmRestorePointMount"] }) {
  const [parameters, setParameters] = useSearchParams();
  const steps = JSON.parse(parameters.get("at") ?? "[]") as Step[];
  const folder = useFolder(steps.at(-1)?.href);
  const download = useDownload();
  const [previewed, setPreviewed] = useState<Entry>();
  const go = (next: Step[]) => setParameters(next.length > 0 ? { at: JSON.stringify(next) } : {});
  const roots: Entry[] = (mounted.FSRoots?.DirectoryEntries ?? []).map((entry) => ({
    path: entry.Path,
    name: entry.Name,
    href: entry.Href ?? "",
    isFolder: true,
  }));
  const entries = steps.length === 0 ? roots : folder.data?.pages.flatMap(entriesOf);

  if (roots.length === 0)
    return (
      <EmptyState titleText={text.files.noFileSystems} headingLevel="h2" icon={FolderIcon}>
        <EmptyStateBody>{text.files.noFileSystems}</EmptyStateBody>
      </EmptyState>
    );
  return (
    <>
      <Breadcrumb aria-label={text.machines.files}>
        <BreadcrumbItem>
          <Button variant="link" isInline onClick={() => go([])}>
            {text.files.root}
          </Button>
        </BreadcrumbItem>
        {steps.map((step, index) => (
          <BreadcrumbItem key={step.href} isActive={index === steps.length - 1}>
            {index === steps.length - 1 ? (
              step.name
            ) : (
              <Button variant="link" isInline onClick={() => go(steps.slice(0, index + 1))}>
                {step.name}
              </Button>
            )}
          </BreadcrumbItem>
        ))}
      </Breadcrumb>
      {steps.length > 0 && folder.error && <Failure error={folder.error} onRetry={() => void folder.refetch()} />}
      {entries === undefined && !folder.error && <Spinner aria-label={text.common.loading} />}
      {entries && (
        <Rows
          entries={entries}
          open={(entry) => go([...steps, { name: entry.name, href: entry.href }])}
          preview={setPreviewed}
          download={(entry) => void download(entry.name, entry.href)}
        />
      )}
      {entries?.length === 0 && <p>{text.files.empty}</p>}
      {steps.length > 0 && folder.hasNextPage && (
        <Button variant="link" isLoading={folder.isFetchingNextPage} onClick={() => void folder.fetchNextPage()}>
          {text.files.more}
        </Button>
      )}
      {previewed && (
        <PreviewDialog
          file={previewed}
          onClose={() => setPreviewed(undefined)}
          onDownload={() => void download(previewed.name, previewed.href)}
        />
      )}
    </>
  );
}

export default function FilesPage() {
  const { reference = "", point = "" } = useParams();
  const restorePoint = useEntity<VmRestorePoint>("VmRestorePoint", "/vmRestorePoints", point);
  const mounted = useMount(point);
  const name = restorePoint.data?.VmDisplayName ?? "";
  return (
    <Loaded of={restorePoint}>
      {(shown) => (
        <>
          <PageHead
            title={text.files.title(name)}
            above={[
              { title: text.machines.title, to: "/machines" },
              { title: name, to: `/machines/${encodeURIComponent(reference)}` },
            ]}
          >
            {text.restore.point(formatExact(shown.CreationTimeUTC))}
          </PageHead>
          <PageSection hasBodyWrapper={false}>
            {mounted.isPending && <p role="status">{text.files.preparing}</p>}
            <Loaded of={mounted}>{(there) => <Browser mounted={there} />}</Loaded>
          </PageSection>
        </>
      )}
    </Loaded>
  );
}

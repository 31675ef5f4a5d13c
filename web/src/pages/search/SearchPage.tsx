// Files by name, across machines and restore points, out of the index.
import {
  Button,
  EmptyState,
  EmptyStateBody,
  PageSection,
  Pagination,
  SearchInput,
  Spinner,
  Toolbar,
  ToolbarContent,
  ToolbarItem,
} from "@patternfly/react-core";
import { SearchIcon } from "@patternfly/react-icons";
import { Table, Tbody, Td, Th, Thead, Tr } from "@patternfly/react-table";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { get } from "../../api/client";
import { useRoles } from "../../api/session";
import type { Schemas } from "../../api/types";
import { Loaded } from "../../components/Failure";
import { formatSize } from "../../components/format";
import { PageHead } from "../../components/PageHead";
import { useListState } from "../../components/useListState";
import { Time } from "../../components/values";
import { text } from "../../messages";
import { useDownload } from "../files/download";

type Found = Schemas["CatalogFile"];

const pageSize = 20;

function useSearch(name: string, machine: string, page: number) {
  const parameters = new URLSearchParams({ name, pageSize: String(pageSize), page: String(page) });
  if (machine) parameters.set("vm", machine);
  return useQuery({
    queryKey: ["CatalogFile", name, machine, page],
    enabled: name !== "",
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) => get<Schemas["CatalogFiles"]>(`/catalog/search?${parameters}`, signal),
  });
}

function Results({ files, page }: { files: Found[]; page: number }) {
  const { mayRestoreFiles } = useRoles();
  // Of a version that several restore points have, out of the newest of them.
  const download = useDownload();
  if (files.length === 0 && page === 1)
    return (
      <EmptyState titleText={text.common.nothingFound} headingLevel="h2" icon={SearchIcon}>
        <EmptyStateBody>{text.search.nothing}</EmptyStateBody>
      </EmptyState>
    );
  return (
    <Table aria-label={text.search.results} variant="compact" gridBreakPoint="grid-lg">
      <Thead>
        <Tr>
          <Th width={40}>{text.search.path}</Th>
          <Th>{text.sessions.machine}</Th>
          <Th>{text.files.size}</Th>
          <Th>{text.files.modified}</Th>
          <Th>{text.search.points}</Th>
          {mayRestoreFiles && <Th screenReaderText={text.common.actions} />}
        </Tr>
      </Thead>
      <Tbody>
        {files.map((file) => (
          <Tr key={`${file.VmDisplayName} ${file.Path} ${file.OldestBackupDateUTC}`}>
            <Td dataLabel={text.search.path} modifier="breakWord">
              {file.Path}
            </Td>
            <Td dataLabel={text.sessions.machine}>{file.VmDisplayName}</Td>
            <Td dataLabel={text.files.size}>{file.Kind === "File" ? formatSize(file.Size) : ""}</Td>
            <Td dataLabel={text.files.modified}>
              <Time at={file.ModifiedDateUTC} />
            </Td>
            <Td dataLabel={text.search.points}>
              {text.dashboard.points(file.RestorePoints)}, <Time at={file.NewestBackupDateUTC} />
            </Td>
            {mayRestoreFiles && (
              <Td isActionCell>
                <Button variant="link" isInline aria-label={`${text.files.download}: ${file.Path}`} onClick={() => void download(file.Name, file.Href ?? "")}>
                  {file.Kind === "Directory" ? text.files.downloadFolder : text.files.download}
                </Button>
              </Td>
            )}
          </Tr>
        ))}
      </Tbody>
    </Table>
  );
}

export default function SearchPage() {
  const state = useListState(["name", "vm"], "Name");
  const { name = "", vm = "" } = state.values;
  const [typed, setTyped] = useState(name);
  const [machine, setMachine] = useState(vm);
  const found = useSearch(name, vm, state.page);
  const search = () => state.setAll({ name: typed.trim(), vm: machine.trim() });
  return (
    <>
      <PageHead title={text.search.title}>{text.search.help}</PageHead>
      <PageSection hasBodyWrapper={false}>
        <Toolbar>
          <ToolbarContent>
            <ToolbarItem>
              <SearchInput
                aria-label={text.search.name}
                placeholder={text.search.name}
                value={typed}
                onChange={(_, value) => setTyped(value)}
                onSearch={search}
                onClear={() => {
                  setTyped("");
                  state.clear();
                }}
              />
            </ToolbarItem>
            <ToolbarItem>
              <SearchInput
                aria-label={text.search.machine}
                placeholder={text.search.machine}
                value={machine}
                onChange={(_, value) => setMachine(value)}
                onSearch={search}
                onClear={() => setMachine("")}
              />
            </ToolbarItem>
            {name !== "" && (found.data?.CatalogFiles.length === pageSize || state.page > 1) && (
              <ToolbarItem align={{ default: "alignEnd" }}>
                <Pagination
                  isCompact
                  toggleTemplate={({ firstIndex, lastIndex }) => (
                    <>
                      {firstIndex}–{lastIndex}
                    </>
                  )}
                  itemCount={found.data?.CatalogFiles.length === pageSize ? undefined : (state.page - 1) * pageSize + (found.data?.CatalogFiles.length ?? 0)}
                  perPage={pageSize}
                  perPageOptions={[]}
                  page={state.page}
                  onSetPage={(_, page) => state.setPage(page)}
                />
              </ToolbarItem>
            )}
          </ToolbarContent>
        </Toolbar>
        {name === "" ? (
          <EmptyState titleText={text.search.begin} headingLevel="h2" icon={SearchIcon}>
            <EmptyStateBody>{text.search.beginHelp}</EmptyStateBody>
          </EmptyState>
        ) : found.isPending ? (
          <Spinner aria-label={text.common.loading} />
        ) : (
          <Loaded of={found}>{({ CatalogFiles }) => <Results files={CatalogFiles} page={state.page} />}</Loaded>
        )}
      </PageSection>
    </>
  );
}

// The API as its own document describes it, with requests tried in place.
import {
  Card,
  CardBody,
  CardTitle,
  Content,
  EmptyState,
  EmptyStateBody,
  Grid,
  GridItem,
  Label,
  Menu,
  MenuContent,
  MenuGroup,
  MenuItem,
  MenuList,
  PageSection,
  SearchInput,
  Stack,
  StackItem,
} from "@patternfly/react-core";
import { CodeIcon } from "@patternfly/react-icons";
import { Table, Tbody, Td, Th, Thead, Tr } from "@patternfly/react-table";
import { useQuery } from "@tanstack/react-query";
import { get } from "../../api/client";
import { Facts } from "../../components/Facts";
import { Loaded } from "../../components/Failure";
import { PageHead } from "../../components/PageHead";
import { useListState } from "../../components/useListState";
import { text } from "../../messages";
import { matches, readOperations, type OpenApi, type Operation } from "./openapi";
import { TryIt } from "./TryIt";

const colors = { GET: "blue", POST: "green", PUT: "orange", DELETE: "red" } as const;

function Method({ of: method }: { of: string }) {
  return (
    <Label isCompact color={colors[method as keyof typeof colors]}>
      {method}
    </Label>
  );
}

function nameOf({ path, action }: Operation): string {
  return action ? `${path}?action=${action}` : path;
}

function Operations({ found, chosen, onChoose }: { found: Operation[]; chosen: string; onChoose(id: string): void }) {
  const areas = [...new Set(found.map(({ area }) => area))].sort();
  return (
    <Menu isPlain isScrollable activeItemId={chosen} onSelect={(_, id) => onChoose(String(id))} aria-label={text.explorer.operations}>
      <MenuContent maxMenuHeight="70vh">
        {areas.map((area) => (
          <MenuGroup key={area} label={area} labelHeadingLevel="h3">
            <MenuList>
              {found
                .filter((one) => one.area === area)
                .map((one) => (
                  <MenuItem key={one.id} itemId={one.id} isSelected={one.id === chosen} icon={<Method of={one.method} />}>
                    <span className="holdfast-path">{nameOf(one)}</span>
                  </MenuItem>
                ))}
            </MenuList>
          </MenuGroup>
        ))}
      </MenuContent>
    </Menu>
  );
}

function Details({ document, operation }: { document: OpenApi; operation: Operation }) {
  return (
    <Card component="section">
      <CardTitle component="h2">
        <Method of={operation.method} /> <span className="holdfast-path">{nameOf(operation)}</span>
      </CardTitle>
      <CardBody>
        <Stack hasGutter>
          <StackItem>
            <Facts
              rows={[
                [text.explorer.roles, operation.roles.length > 0 ? operation.roles.join(", ") : text.explorer.anybody],
                ...(operation.body ? [[text.explorer.takes, operation.body] as [string, string]] : []),
              ]}
            />
          </StackItem>
          <StackItem>
            <Table aria-label={text.explorer.answers} variant="compact" gridBreakPoint="grid-md">
              <Thead>
                <Tr>
                  <Th>{text.explorer.status}</Th>
                  <Th width={50}>{text.common.description}</Th>
                  <Th>{text.explorer.types}</Th>
                </Tr>
              </Thead>
              <Tbody>
                {operation.answers.map((answer) => (
                  <Tr key={answer.status}>
                    <Td dataLabel={text.explorer.status}>{answer.status}</Td>
                    <Td dataLabel={text.common.description}>{answer.description}</Td>
                    <Td dataLabel={text.explorer.types}>{answer.types.join(", ")}</Td>
                  </Tr>
                ))}
              </Tbody>
            </Table>
          </StackItem>
          <StackItem>
            <TryIt key={operation.id} document={document} operation={operation} />
          </StackItem>
        </Stack>
      </CardBody>
    </Card>
  );
}

function Explorer({ document }: { document: OpenApi }) {
  const state = useListState(["search", "operation"], "");
  const operations = readOperations(document);
  const words = state.values.search ?? "";
  const found = operations.filter((one) => matches(one, words));
  const chosen = operations.find(({ id }) => id === state.values.operation);
  return (
    <Grid hasGutter>
      {/* On a narrow screen what was chosen comes first: it would be far below. */}
      <GridItem lg={5} order={{ default: chosen ? "2" : "1", lg: "1" }}>
        <SearchInput
          aria-label={text.common.search(text.explorer.operations.toLowerCase())}
          placeholder={text.common.search(text.explorer.operations.toLowerCase())}
          value={words}
          resultsCount={found.length}
          onChange={(_, value) => state.set("search", value)}
          onClear={() => state.set("search", "")}
        />
        {found.length > 0 ? (
          <Operations found={found} chosen={chosen?.id ?? ""} onChoose={(id) => state.set("operation", id)} />
        ) : (
          <Content component="p">{text.common.nothingFoundHelp}</Content>
        )}
      </GridItem>
      <GridItem lg={7} order={{ default: chosen ? "1" : "2", lg: "2" }}>
        {chosen ? (
          <Details document={document} operation={chosen} />
        ) : (
          <EmptyState titleText={text.explorer.chooseTitle} headingLevel="h2" icon={CodeIcon}>
            <EmptyStateBody>{text.explorer.chooseText}</EmptyStateBody>
          </EmptyState>
        )}
      </GridItem>
    </Grid>
  );
}

export default function ExplorerPage() {
  const document = useQuery({
    queryKey: ["openapi"],
    staleTime: Number.POSITIVE_INFINITY,
    refetchInterval: false,
    queryFn: ({ signal }) => get<OpenApi>("/schema/openapi.json", signal),
  });
  return (
    <>
      <PageHead title={text.explorer.title}>
        {text.explorer.help} <a href="/api/schema/openapi.json">openapi.json</a>, <a href="/api/schema/RestAPI.xsd">RestAPI.xsd</a>
      </PageHead>
      <PageSection hasBodyWrapper={false}>
        <Loaded of={document}>{(told) => <Explorer document={told} />}</Loaded>
      </PageSection>
    </>
  );
}

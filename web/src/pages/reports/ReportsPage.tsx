// The summary reports, as tables and plots; as CSV, and printed.
import { Button, Card, CardBody, CardHeader, CardTitle, Content, Grid, GridItem, PageSection, Stack, StackItem } from "@patternfly/react-core";
import { DownloadIcon, PrintIcon } from "@patternfly/react-icons";
import { Table, Tbody, Td, Th, Thead, Tr } from "@patternfly/react-table";
import { useQuery } from "@tanstack/react-query";
import { get } from "../../api/client";
import type { Schemas } from "../../api/types";
import { BarList } from "../../components/BarList";
import { Loaded } from "../../components/Failure";
import { formatExact } from "../../components/format";
import { PageHead } from "../../components/PageHead";
import { text } from "../../messages";
import { toCsv } from "./csv";
import { daysReport, jobsReport, machinesReport, repositoriesReport, type Report } from "./reports";

function readReports(signal: AbortSignal): Promise<Report[]> {
  const read = <T,>(name: string) => get<T>(`/reports/summary/${name}`, signal);
  return Promise.all([
    Promise.all([
      read<Schemas["OverviewReportFrame"]>("overview"),
      read<Schemas["VmsOverviewReportFrame"]>("vms_overview"),
    ]).then(([overview, machines]) => machinesReport(overview, machines)),
    read<Schemas["JobStatisticsReportFrame"]>("job_statistics").then(jobsReport),
    read<Schemas["ProcessedVmsReportFrame"]>("processed_vms").then(daysReport),
    read<Schemas["RepositoryReportFrame"]>("repository").then(repositoriesReport),
  ]);
}

function download(report: Report) {
  // A byte order mark, by which spreadsheets know that it is UTF-8.
  const file = new Blob(["\uFEFF", toCsv(report.columns, report.values)], { type: "text/csv" });
  const link = document.createElement("a");
  link.href = URL.createObjectURL(file);
  link.download = `holdfast-${report.name}.csv`;
  link.click();
  URL.revokeObjectURL(link.href);
}

function ReportCard({ report }: { report: Report }) {
  const csv = (
    <Button variant="link" icon={<DownloadIcon />} className="holdfast-screen-only" aria-label={text.reports.csvOf(report.title)} onClick={() => download(report)}>
      {text.reports.csv}
    </Button>
  );
  return (
    <Card component="section">
      <CardHeader actions={{ actions: csv, hasNoOffset: true }}>
        <CardTitle component="h2">{report.title}</CardTitle>
      </CardHeader>
      <CardBody>
        <Grid hasGutter>
          <GridItem lg={6}>
            {report.rows.length === 0 ? (
              text.common.none
            ) : (
              <Table aria-label={report.title} variant="compact" gridBreakPoint="grid-md">
                <Thead>
                  <Tr>
                    {report.columns.map((column) => (
                      <Th key={column}>{column}</Th>
                    ))}
                  </Tr>
                </Thead>
                <Tbody>
                  {report.rows.map((row) => (
                    <Tr key={row[0]}>
                      {row.map((cell, index) => (
                        <Td key={report.columns[index]} dataLabel={report.columns[index]} modifier="breakWord">
                          {cell}
                        </Td>
                      ))}
                    </Tr>
                  ))}
                </Tbody>
              </Table>
            )}
          </GridItem>
          <GridItem lg={6}>
            {report.plots.map(({ title, bars }) => (
              <figure key={title}>
                <figcaption>{title}</figcaption>
                <BarList bars={bars} />
              </figure>
            ))}
          </GridItem>
        </Grid>
      </CardBody>
    </Card>
  );
}

export default function ReportsPage() {
  const reports = useQuery({ queryKey: ["report", "all"], queryFn: ({ signal }) => readReports(signal) });
  const print = (
    <Button variant="secondary" icon={<PrintIcon />} className="holdfast-screen-only" onClick={() => window.print()}>
      {text.reports.print}
    </Button>
  );
  return (
    <>
      <PageHead title={text.reports.title} actions={print}>
        {text.reports.help}
      </PageHead>
      <PageSection hasBodyWrapper={false}>
        <Loaded of={reports}>
          {(told) => (
            <Stack hasGutter>
              {told.map((report) => (
                <StackItem key={report.name}>
                  <ReportCard report={report} />
                </StackItem>
              ))}
              <StackItem>
                <Content component="small">{text.reports.asOf(formatExact(new Date(reports.dataUpdatedAt).toISOString()))}</Content>
              </StackItem>
            </Stack>
          )}
        </Loaded>
      </PageSection>
    </>
  );
}

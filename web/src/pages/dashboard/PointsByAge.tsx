import { Card, CardBody, CardTitle } from "@patternfly/react-core";
import { useQuery } from "@tanstack/react-query";
import { queryEntities, quoted } from "../../api/query";
import { BarList } from "../../components/BarList";
import { Loaded } from "../../components/Failure";
import { text } from "../../messages";

// How old points are at most, in days.
const ages = [1, 7, 30, 90, 365, Number.POSITIVE_INFINITY];
const day = 24 * 3600 * 1000;

function daysAgo(days: number): string {
  return quoted(new Date(Date.now() - days * day).toISOString());
}

// The number of pages with one point each is the number of points.
async function countPoints(from: number, to: number, signal: AbortSignal): Promise<number> {
  const where = [
    ...(from > 0 ? [`CreationTime<${daysAgo(from)}`] : []),
    ...(Number.isFinite(to) ? [`CreationTime>=${daysAgo(to)}`] : []),
  ];
  const page = await queryEntities("VmRestorePoint", { where, pageSize: 1 }, signal);
  return page.items.length === 0 ? 0 : page.pages;
}

export function PointsByAge() {
  const counts = useQuery({
    queryKey: ["VmRestorePoint", "ages"],
    queryFn: ({ signal }) => Promise.all(ages.map((age, index) => countPoints(ages[index - 1] ?? 0, age, signal))),
  });
  return (
    <Card component="section" isFullHeight>
      <CardTitle component="h2">{text.ages.title}</CardTitle>
      <CardBody>
        <Loaded of={counts}>
          {(told) => <BarList bars={told.map((count, index) => ({ label: text.ages.names[index] ?? "", value: count }))} />}
        </Loaded>
      </CardBody>
    </Card>
  );
}

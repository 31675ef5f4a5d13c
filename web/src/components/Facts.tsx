// What is known of one thing, term by term.
import {
  Card,
  CardBody,
  DescriptionList,
  DescriptionListDescription,
  DescriptionListGroup,
  DescriptionListTerm,
  type DescriptionListProps,
} from "@patternfly/react-core";
import type { ReactNode } from "react";

export type Fact = [term: string, value: ReactNode];

export function Facts({ rows, ...layout }: { rows: Fact[] } & Pick<DescriptionListProps, "columnModifier" | "isHorizontal">) {
  return (
    <DescriptionList {...layout}>
      {rows.map(([term, value]) => (
        <DescriptionListGroup key={term}>
          <DescriptionListTerm>{term}</DescriptionListTerm>
          <DescriptionListDescription>{value}</DescriptionListDescription>
        </DescriptionListGroup>
      ))}
    </DescriptionList>
  );
}

// The same on a card, in two columns where there is room, with what belongs below.
export function FactCard({ rows, children }: { rows: Fact[]; children?: ReactNode }) {
  return (
    <Card>
      <CardBody>
        <Facts rows={rows} columnModifier={{ default: "1Col", md: "2Col" }} />
        {children}
      </CardBody>
    </Card>
  );
}

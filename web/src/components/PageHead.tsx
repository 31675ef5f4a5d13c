// The head of a page: where it is, what it shows, what can be done.
import { Breadcrumb, BreadcrumbItem, Content, Flex, FlexItem, PageSection, Title } from "@patternfly/react-core";
import { useEffect, type ReactNode } from "react";
import { Link } from "react-router";
import { text } from "../messages";

interface PageHeadProps {
  title: string;
  // The pages above it.
  above?: { title: string; to: string }[];
  actions?: ReactNode;
  children?: ReactNode;
}

export function PageHead({ title, above = [], actions, children }: PageHeadProps) {
  useEffect(() => {
    document.title = `${title} · ${text.productName}`;
  }, [title]);
  return (
    <PageSection hasBodyWrapper={false}>
      {above.length > 0 && (
        <Breadcrumb className="holdfast-breadcrumb">
          {above.map((page) => (
            <BreadcrumbItem key={page.to} render={({ className }) => <Link className={className} to={page.to}>{page.title}</Link>} />
          ))}
          <BreadcrumbItem isActive>{title}</BreadcrumbItem>
        </Breadcrumb>
      )}
      <Flex justifyContent={{ default: "justifyContentSpaceBetween" }} alignItems={{ default: "alignItemsCenter" }}>
        <FlexItem>
          <Title headingLevel="h1">{title}</Title>
        </FlexItem>
        {actions && <FlexItem>{actions}</FlexItem>}
      </Flex>
      {children && <Content component="p">{children}</Content>}
    </PageSection>
  );
}

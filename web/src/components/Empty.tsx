// In the place of a list that has nothing at all: what it is for, and how to begin.
import { EmptyState, EmptyStateActions, EmptyStateBody, EmptyStateFooter } from "@patternfly/react-core";
import type { ComponentType, ReactNode } from "react";

export interface EmptyProps {
  title: string;
  body: string;
  icon: ComponentType;
  action?: ReactNode;
}

export function Empty({ title, body, icon, action }: EmptyProps) {
  return (
    <EmptyState titleText={title} headingLevel="h2" icon={icon}>
      <EmptyStateBody>{body}</EmptyStateBody>
      {action && (
        <EmptyStateFooter>
          <EmptyStateActions>{action}</EmptyStateActions>
        </EmptyStateFooter>
      )}
    </EmptyState>
  );
}

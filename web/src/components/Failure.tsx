// What the server said instead of an answer, and what to do.
import { Alert, Button, EmptyState, EmptyStateActions, EmptyStateBody, EmptyStateFooter, Spinner } from "@patternfly/react-core";
import { DisconnectedIcon, ExclamationCircleIcon, SearchIcon } from "@patternfly/react-icons";
import { Component, useEffect, type ErrorInfo, type ReactNode } from "react";
import { Link } from "react-router";
import { ApiError, ServerLostError } from "../api/client";
import { text } from "../messages";

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

export function NotFound() {
  return (
    <EmptyState titleText={text.failure.notFoundTitle} headingLevel="h1" icon={SearchIcon}>
      <EmptyStateBody>{text.failure.notFoundText}</EmptyStateBody>
      <EmptyStateFooter>
        <EmptyStateActions>
          <Button variant="link" component={(props) => <Link {...props} to="/" />}>
            {text.failure.toDashboard}
          </Button>
        </EmptyStateActions>
      </EmptyStateFooter>
    </EmptyState>
  );
}

// In the place of what could not be read.
export function Failure({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  if (error instanceof ApiError && error.status === 404) return <NotFound />;
  const isLost = error instanceof ServerLostError;
  return (
    <EmptyState
      titleText={isLost ? text.failure.lostTitle : text.failure.title}
      headingLevel="h2"
      status={isLost ? "warning" : "danger"}
      icon={isLost ? DisconnectedIcon : ExclamationCircleIcon}
    >
      <EmptyStateBody>{isLost ? text.failure.lostText : messageOf(error)}</EmptyStateBody>
      {onRetry && (
        <EmptyStateFooter>
          <EmptyStateActions>
            <Button variant="secondary" onClick={onRetry}>
              {text.common.retry}
            </Button>
          </EmptyStateActions>
        </EmptyStateFooter>
      )}
    </EmptyState>
  );
}

// In a form that was sent and refused.
export function FormFailure({ error }: { error: unknown }) {
  return error ? <Alert variant="danger" isInline title={messageOf(error)} /> : null;
}

interface Asked<T> {
  data: T | undefined;
  error: unknown;
  refetch(): unknown;
}

// Waits, shows the failure, or what was read.
export function Loaded<T>({ of, children }: { of: Asked<T>; children: (data: T) => ReactNode }) {
  if (of.data !== undefined) return children(of.data);
  if (of.error) return <Failure error={of.error} onRetry={() => void of.refetch()} />;
  return <Spinner aria-label={text.common.loading} />;
}

// What every browser says when a file of the console cannot be fetched.
const isMissingFile = (error: Error) => /import(ed|ing) (a )?module/i.test(error.message);
const pauseWhileLost = 2000;

// A page that could not be loaded, since the server does not answer: it is when it does again.
function PageLost() {
  useEffect(() => {
    const timer = setInterval(() => {
      fetch("/", { method: "HEAD" }).then(
        () => location.reload(),
        () => undefined,
      );
    }, pauseWhileLost);
    return () => clearInterval(timer);
  }, []);
  return <Failure error={new ServerLostError()} />;
}

// A defect of ours in one page must not take the others with it.
export class PageGuard extends Component<{ children: ReactNode }, { error?: Error }> {
  state: { error?: Error } = {};

  static getDerivedStateFromError(error: Error) {
    return { error };
  }

  componentDidCatch(error: Error, info: ErrorInfo) {
    console.error(error, info.componentStack);
  }

  render() {
    if (!this.state.error) return this.props.children;
    if (isMissingFile(this.state.error)) return <PageLost />;
    return (
      <EmptyState titleText={text.failure.brokenTitle} headingLevel="h1" status="danger" icon={ExclamationCircleIcon}>
        <EmptyStateBody>{this.state.error.message}</EmptyStateBody>
        <EmptyStateFooter>
          <Button onClick={() => location.reload()}>{text.failure.reload}</Button>
        </EmptyStateFooter>
      </EmptyState>
    );
  }
}

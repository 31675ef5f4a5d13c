// What the pages of the administration have around them: its parts, and who may see them.
import { Button, EmptyState, EmptyStateActions, EmptyStateBody, EmptyStateFooter, Nav, NavItem, NavList, PageSection } from "@patternfly/react-core";
import { LockIcon } from "@patternfly/react-icons";
import { useEffect, useRef, type ComponentType, type ReactNode } from "react";
import { Link, useLocation } from "react-router";
import { useRoles, useSession } from "../../api/session";
import { PageHead } from "../../components/PageHead";
import { text } from "../../messages";

const words = text.administration;

const parts = [
  { path: "/administration/accounts", title: words.accounts.title },
  { path: "/administration/tokens", title: words.tokens.title },
  { path: "/administration/credentials", title: words.credentials.title },
  { path: "/administration/passwords", title: words.passwords.title },
  { path: "/administration/notifications", title: words.targets.title },
  { path: "/administration/server", title: words.server.title },
];

interface AdministrationProps {
  title: string;
  help?: ReactNode;
  above?: { title: string; to: string }[];
  actions?: ReactNode;
  children: ReactNode;
}

export function Administration({ title, help, above, actions, children }: AdministrationProps) {
  const { pathname } = useLocation();
  const { isAdministrator } = useRoles();
  // On a phone not all parts are in sight. The list is scrolled by itself: scrollIntoView would move the page with it.
  const active = useRef<HTMLAnchorElement>(null);
  useEffect(() => {
    const list = active.current?.closest("ul");
    if (!active.current || !list) return;
    const [shown, room] = [active.current.getBoundingClientRect(), list.getBoundingClientRect()];
    list.scrollLeft += (shown.left + shown.right - room.left - room.right) / 2;
  }, []);
  return (
    <>
      {isAdministrator && (
        <PageSection hasBodyWrapper={false} padding={{ default: "noPadding" }}>
          <Nav variant="horizontal-subnav" aria-label={text.nav.administration}>
            <NavList>
              {parts.map((part) => {
                const isActive = pathname.startsWith(part.path);
                return (
                  <NavItem key={part.path} itemId={part.path} isActive={isActive}>
                    <Link to={part.path} ref={isActive ? active : undefined} aria-current={isActive ? "page" : undefined}>
                      {part.title}
                    </Link>
                  </NavItem>
                );
              })}
            </NavList>
          </Nav>
        </PageSection>
      )}
      <PageHead title={title} above={above} actions={actions}>
        {help}
      </PageHead>
      <PageSection hasBodyWrapper={false}>{children}</PageSection>
    </>
  );
}

function NotAllowed() {
  const { logon } = useSession();
  useEffect(() => {
    document.title = `${words.notAllowed} · ${text.productName}`;
  }, []);
  return (
    <EmptyState titleText={words.notAllowed} headingLevel="h1" icon={LockIcon}>
      <EmptyStateBody>{words.notAllowedText(logon?.UserName ?? "")}</EmptyStateBody>
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

// The page for administrators; others are told that it is not for them, and the server is not asked in vain.
export function forAdministrators(Page: ComponentType) {
  return function Guarded() {
    return useRoles().isAdministrator ? <Page /> : <NotAllowed />;
  };
}

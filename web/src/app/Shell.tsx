// What is around every page: masthead, navigation, notifications.
import {
  Button,
  Dropdown,
  DropdownItem,
  DropdownList,
  EmptyState,
  EmptyStateBody,
  Masthead,
  MastheadBrand,
  MastheadContent,
  MastheadMain,
  MastheadToggle,
  MenuToggle,
  Nav,
  NavItem,
  NavList,
  NotificationBadge,
  NotificationDrawer,
  NotificationDrawerBody,
  NotificationDrawerHeader,
  NotificationDrawerList,
  NotificationDrawerListItem,
  NotificationDrawerListItemBody,
  NotificationDrawerListItemHeader,
  Page,
  PageSection,
  PageSidebar,
  PageSidebarBody,
  PageToggleButton,
  SkipToContent,
  Spinner,
  Toolbar,
  ToolbarContent,
  ToolbarItem,
} from "@patternfly/react-core";
import { BarsIcon, BellIcon, MoonIcon, SunIcon, UserIcon } from "@patternfly/react-icons";
import { Suspense, useEffect, useState } from "react";
import { Link, Outlet, useLocation, useNavigate } from "react-router";
import { useServerEvents } from "../api/events";
import { useRoles, useSession } from "../api/session";
import { PageGuard } from "../components/Failure";
import { Time } from "../components/values";
import { text } from "../messages";
import mark from "./holdfast.svg";
import { IdleGuard } from "./idle";
import { LostBanner } from "./LostBanner";
import { useNotices } from "./notices";
import { areas } from "./areas";
import { useTheme } from "./theme";

const contentId = "main-content";

function Navigation() {
  const { pathname } = useLocation();
  const { isAdministrator, isReader } = useRoles();
  const shown = areas.filter((area) => isAdministrator || (!area.isForAdministrators && (isReader || !area.isForReaders)));
  return (
    <PageSidebar>
      <PageSidebarBody>
        <Nav aria-label={text.navigation}>
          <NavList>
            {shown.map(({ path, title }) => {
              const isActive = path === "/" ? pathname === "/" : pathname.startsWith(path);
              return (
                <NavItem key={path} itemId={path} isActive={isActive}>
                  <Link to={path} aria-current={isActive ? "page" : undefined}>
                    {title}
                  </Link>
                </NavItem>
              );
            })}
          </NavList>
        </Nav>
      </PageSidebarBody>
    </PageSidebar>
  );
}

function AccountMenu() {
  const { logon, logOut, logOutEverywhere } = useSession();
  const navigate = useNavigate();
  const [isOpen, setOpen] = useState(false);
  return (
    <Dropdown
      isOpen={isOpen}
      onOpenChange={setOpen}
      onSelect={() => setOpen(false)}
      popperProps={{ position: "right" }}
      toggle={(ref) => (
        <MenuToggle
          ref={ref}
          className="holdfast-account"
          aria-label={logon?.UserName}
          isExpanded={isOpen}
          onClick={() => setOpen(!isOpen)}
          icon={<UserIcon />}
        >
          {logon?.UserName}
        </MenuToggle>
      )}
    >
      <DropdownList>
        <DropdownItem isDisabled description={logon?.Roles.Roles.join(", ")}>
          {text.account.roles}
        </DropdownItem>
        <DropdownItem onClick={() => void navigate("/administration/tokens")}>{text.account.tokens}</DropdownItem>
        <DropdownItem onClick={() => void logOut()}>{text.account.logOut}</DropdownItem>
        <DropdownItem onClick={() => void logOutEverywhere()}>{text.account.logOutEverywhere}</DropdownItem>
      </DropdownList>
    </Dropdown>
  );
}

function Notifications({ onClose }: { onClose(): void }) {
  const { notices, clear } = useNotices();
  return (
    <NotificationDrawer>
      <NotificationDrawerHeader title={text.notices.title} onClose={onClose}>
        {notices.length > 0 && (
          <Button variant="link" onClick={clear}>
            {text.notices.clear}
          </Button>
        )}
      </NotificationDrawerHeader>
      <NotificationDrawerBody>
        {notices.length === 0 ? (
          <EmptyState titleText={text.notices.empty} headingLevel="h2" icon={BellIcon}>
            <EmptyStateBody>{text.notices.emptyHelp}</EmptyStateBody>
          </EmptyState>
        ) : (
          <NotificationDrawerList>
            {notices.map((notice) => (
              <NotificationDrawerListItem key={notice.id} variant={notice.kind} isRead={notice.isRead}>
                <NotificationDrawerListItemHeader variant={notice.kind} title={notice.title} />
                <NotificationDrawerListItemBody timestamp={<Time at={notice.time} />}>{notice.detail}</NotificationDrawerListItemBody>
              </NotificationDrawerListItem>
            ))}
          </NotificationDrawerList>
        )}
      </NotificationDrawerBody>
    </NotificationDrawer>
  );
}

export function Shell() {
  useServerEvents();
  const { notices, readAll } = useNotices();
  const { isDark, toggle } = useTheme();
  const [showsNotices, setShowsNotices] = useState(false);
  const unread = notices.filter((notice) => !notice.isRead).length;
  const { pathname } = useLocation();
  useEffect(() => {
    document.getElementById(contentId)?.scrollTo(0, 0);
  }, [pathname]);

  const masthead = (
    <Masthead>
      <MastheadMain>
        <MastheadToggle>
          <PageToggleButton variant="plain" aria-label={text.navigation} isHamburgerButton>
            <BarsIcon />
          </PageToggleButton>
        </MastheadToggle>
        <MastheadBrand>
          <Link to="/" className="holdfast-brand" aria-label={text.productName}>
            <img src={mark} alt="" width="28" height="28" />
            <span>{text.productName}</span>
          </Link>
        </MastheadBrand>
      </MastheadMain>
      <MastheadContent>
        <Toolbar isStatic>
          <ToolbarContent>
            <ToolbarItem align={{ default: "alignEnd" }}>
              <Button
                variant="plain"
                aria-label={isDark ? text.theme.toLight : text.theme.toDark}
                icon={isDark ? <SunIcon /> : <MoonIcon />}
                onClick={toggle}
              />
            </ToolbarItem>
            <ToolbarItem>
              <NotificationBadge
                variant={unread > 0 ? "unread" : "read"}
                count={unread}
                aria-label={text.notices.open(unread)}
                isExpanded={showsNotices}
                onClick={() => {
                  setShowsNotices(!showsNotices);
                  if (!showsNotices) readAll();
                }}
              />
            </ToolbarItem>
            <ToolbarItem>
              <AccountMenu />
            </ToolbarItem>
          </ToolbarContent>
        </Toolbar>
      </MastheadContent>
    </Masthead>
  );
  return (
    <Page
      masthead={masthead}
      sidebar={<Navigation />}
      isManagedSidebar
      skipToContent={<SkipToContent href={`#${contentId}`}>{text.skipToContent}</SkipToContent>}
      mainContainerId={contentId}
      isNotificationDrawerExpanded={showsNotices}
      notificationDrawer={<Notifications onClose={() => setShowsNotices(false)} />}
    >
      <LostBanner />
      <PageGuard key={pathname}>
        <Suspense
          fallback={
            <PageSection>
              <Spinner aria-label={text.common.loading} />
            </PageSection>
          }
        >
          <Outlet />
        </Suspense>
      </PageGuard>
      <IdleGuard />
    </Page>
  );
}

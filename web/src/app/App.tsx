// Who sees what: the logon page, or the shell with the page that the URL names.
import { Bullseye, EmptyState, EmptyStateBody, Spinner } from "@patternfly/react-core";
import { DisconnectedIcon } from "@patternfly/react-icons";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { lazy, useEffect } from "react";
import { createBrowserRouter, RouterProvider } from "react-router";
import { ApiError, ServerLostError } from "../api/client";
import { SessionProvider, useSession } from "../api/session";
import { NotFound } from "../components/Failure";
import { text } from "../messages";
import { LogonPage } from "../pages/logon/LogonPage";
import { NoticesProvider } from "./notices";
import { Shell } from "./Shell";
import { useTheme } from "./theme";

const cache = new QueryClient({
  defaultOptions: {
    queries: {
      // Events say what has changed; this is for what they do not tell of.
      staleTime: 10_000,
      refetchInterval: 60_000,
      networkMode: "always",
      // What the server refuses it refuses again. A server that is lost is waited for by the banner.
      retry: (count, error) => !(error instanceof ApiError || error instanceof ServerLostError) && count < 2,
    },
    mutations: { networkMode: "always" },
  },
});

// Each is loaded when it is first gone to.
const pages = {
  "/": () => import("../pages/dashboard/DashboardPage"),
  "/jobs": () => import("../pages/jobs/JobsPage"),
  "/jobs/new": () => import("../pages/jobs/NewJobPage"),
  "/jobs/:id/edit": () => import("../pages/jobs/EditJobPage"),
  "/jobs/:id": () => import("../pages/jobs/JobPage"),
  "/machines": () => import("../pages/machines/MachinesPage"),
  "/machines/:reference": () => import("../pages/machines/MachinePage"),
  "/machines/:reference/files/:point": () => import("../pages/files/FilesPage"),
  "/search": () => import("../pages/search/SearchPage"),
  "/audit": () => import("../pages/audit/AuditPage"),
  "/sessions": () => import("../pages/sessions/SessionsPage"),
  "/sessions/:id": () => import("../pages/sessions/SessionPage"),
  "/restores": () => import("../pages/restores/RestoresPage"),
  "/restores/:id": () => import("../pages/restores/RestorePage"),
  "/repositories": () => import("../pages/repositories/RepositoriesPage"),
  "/repositories/:id": () => import("../pages/repositories/RepositoryPage"),
  "/hosts": () => import("../pages/hosts/HostsPage"),
  "/system": () => import("../pages/system/SystemPage"),
  "/system/:id": () => import("../pages/system/SystemSessionPage"),
  "/reports": () => import("../pages/reports/ReportsPage"),
  "/explorer": () => import("../pages/explorer/ExplorerPage"),
  "/administration": () => import("../pages/administration/AdministrationPage"),
  "/administration/accounts": () => import("../pages/administration/AccountsPage"),
  "/administration/accounts/new": () => import("../pages/administration/NewAccountPage"),
  "/administration/accounts/:id": () => import("../pages/administration/AccountPage"),
  "/administration/tokens": () => import("../pages/administration/TokensPage"),
  "/administration/credentials": () => import("../pages/administration/CredentialsPage"),
  "/administration/passwords": () => import("../pages/administration/PasswordsPage"),
  "/administration/notifications": () => import("../pages/administration/TargetsPage"),
  "/administration/notifications/new": () => import("../pages/administration/NewTargetPage"),
  "/administration/notifications/:id": () => import("../pages/administration/EditTargetPage"),
  "/administration/server": () => import("../pages/administration/ServerPage"),
};

const router = createBrowserRouter([
  {
    Component: Shell,
    children: [
      ...Object.entries(pages).map(([path, load]) => ({ path, Component: lazy(load) })),
      { path: "*", Component: NotFound },
    ],
  },
]);

// The others come when the browser has nothing else to do, so that they are there when the server is not.
function LoadTheOtherPages() {
  useEffect(() => {
    const handle = requestIdleCallback(() => {
      for (const load of Object.values(pages)) load().catch(() => undefined);
    });
    return () => cancelIdleCallback(handle);
  }, []);
  return null;
}

function Gate() {
  useTheme();
  const { logon, lost } = useSession();
  if (logon)
    return (
      <>
        <RouterProvider router={router} />
        <LoadTheOtherPages />
      </>
    );
  if (logon === null) return <LogonPage />;
  return (
    <Bullseye>
      {lost ? (
        <EmptyState titleText={text.failure.lostTitle} headingLevel="h1" status="warning" icon={DisconnectedIcon}>
          <EmptyStateBody>{text.failure.lostText}</EmptyStateBody>
        </EmptyState>
      ) : (
        <Spinner aria-label={text.common.loading} />
      )}
    </Bullseye>
  );
}

export function App() {
  return (
    <QueryClientProvider client={cache}>
      <SessionProvider>
        <NoticesProvider>
          <Gate />
        </NoticesProvider>
      </SessionProvider>
    </QueryClientProvider>
  );
}

// The areas of the console, in the order of the navigation.
import { text } from "../messages";

interface Area {
  path: string;
  title: string;
  // The server shows it to Portal Administrators only.
  isForAdministrators?: boolean;
  // To these and to Portal Users, not to whoever only restores.
  isForReaders?: boolean;
}

export const areas: Area[] = [
  { path: "/", title: text.nav.dashboard },
  { path: "/jobs", title: text.nav.jobs, isForAdministrators: true },
  { path: "/machines", title: text.nav.machines },
  { path: "/search", title: text.nav.search },
  { path: "/sessions", title: text.nav.sessions, isForReaders: true },
  { path: "/restores", title: text.nav.restores },
  { path: "/reports", title: text.nav.reports, isForReaders: true },
  { path: "/repositories", title: text.nav.repositories, isForReaders: true },
  { path: "/hosts", title: text.nav.hosts, isForReaders: true },
  { path: "/system", title: text.nav.system, isForAdministrators: true },
  { path: "/audit", title: text.nav.audit, isForAdministrators: true },
  { path: "/explorer", title: text.nav.explorer },
  { path: "/administration", title: text.nav.administration, isForAdministrators: true },
];

// Values as they are shown everywhere: times, sizes, states, results.
import { Label, Progress, ProgressMeasureLocation, ProgressSize, Timestamp } from "@patternfly/react-core";
import {
  BanIcon,
  CheckCircleIcon,
  ExclamationCircleIcon,
  ExclamationTriangleIcon,
  InProgressIcon,
  MinusCircleIcon,
} from "@patternfly/react-icons";
import { useEffect, useState } from "react";
import type { SessionResult } from "../api/types";
import { text } from "../messages";
import { formatDuration, formatExact, formatRelative } from "./format";

// Renders again every so often, for what is told from now.
function useClock(seconds: number) {
  const [, tick] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => tick((before) => before + 1), seconds * 1000);
    return () => clearInterval(timer);
  }, [seconds]);
}

// "3 minutes ago"; the exact time in the viewer's zone when it is pointed at or focused.
export function Time({ at }: { at: string | null | undefined }) {
  useClock(30);
  if (!at) return <>{text.common.never}</>;
  return (
    <Timestamp date={new Date(at)} tooltip={{ variant: "custom", content: formatExact(at) }}>
      {formatRelative(at)}
    </Timestamp>
  );
}

export function Duration({ from, to }: { from: string; to: string | null }) {
  useClock(to ? 3600 : 1);
  return <>{formatDuration((new Date(to ?? Date.now()).getTime() - new Date(from).getTime()) / 1000)}</>;
}

const results = {
  None: { color: "grey", icon: <MinusCircleIcon /> },
  Success: { color: "green", icon: <CheckCircleIcon /> },
  Warning: { color: "orange", icon: <ExclamationTriangleIcon /> },
  Failed: { color: "red", icon: <ExclamationCircleIcon /> },
} as const;

export function Result({ of }: { of: SessionResult }) {
  const { color, icon } = results[of];
  return (
    <Label color={color} icon={icon} variant="outline">
      {text.result[of]}
    </Label>
  );
}

interface Session {
  State: keyof typeof text.state;
  Result: SessionResult;
  Progress: number;
}

// What a session is doing, or how it ended.
export function SessionState({ of: session }: { of: Session }) {
  if (session.State === "Stopped") return <Result of={session.Result} />;
  return (
    <Label color="blue" icon={<InProgressIcon />} variant="outline">
      {text.state[session.State]}
    </Label>
  );
}

export function SessionProgress({ of: session, name }: { of: Session; name: string }) {
  if (session.State === "Stopped") return <SessionState of={session} />;
  return (
    <Progress
      value={session.Progress}
      size={ProgressSize.sm}
      measureLocation={ProgressMeasureLocation.outside}
      aria-label={name}
    />
  );
}

export function Disabled() {
  return (
    <Label color="grey" icon={<BanIcon />} variant="outline">
      {text.jobs.disabled}
    </Label>
  );
}

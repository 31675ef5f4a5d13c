// Shown while the server does not answer; when it does again, everything that is shown is read anew.
import { Banner } from "@patternfly/react-core";
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { get, ServerLostError } from "../api/client";
import { text } from "../messages";

const pause = 2000;

export function LostBanner() {
  const cache = useQueryClient();
  const [isLost, setLost] = useState(false);

  useEffect(
    () =>
      cache.getQueryCache().subscribe((event) => {
        if (event.type === "updated" && event.action.type === "error" && event.action.error instanceof ServerLostError) setLost(true);
      }),
    [cache],
  );
  useEffect(() => {
    if (!isLost) return;
    const timer = setInterval(() => {
      get("/ownLogon")
        .catch((error: unknown) => {
          if (error instanceof ServerLostError) throw error;
        })
        .then(() => {
          setLost(false);
          void cache.invalidateQueries();
        })
        .catch(() => undefined);
    }, pause);
    return () => clearInterval(timer);
  }, [isLost, cache]);

  if (!isLost) return null;
  return (
    <Banner color="yellow" isSticky screenReaderText={text.failure.lostTitle}>
      <span role="status">
        <strong>{text.failure.lostTitle}.</strong> {text.failure.lostText}
      </span>
    </Banner>
  );
}

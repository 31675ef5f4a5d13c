// Scopes hold nothing until the server has worked out what is in them.
import { useNotices } from "../../app/notices";
import { text } from "../../messages";

export function useRebuild() {
  const { follow } = useNotices();
  return async () => {
    await follow(text.administration.scopes.done.rebuild, "POST", "/security/accounts?action=rebuildScope", ["Account"], {
      RebuildUnprocessed: {},
    });
  };
}

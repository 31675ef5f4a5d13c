// Changes that are answered at once, without a Task.
import { useQueryClient } from "@tanstack/react-query";
import { send } from "../api/client";
import { messageOf } from "../components/Failure";
import { text } from "../messages";
import { useNotices } from "./notices";

// For what is answered at once, without a Task: sends it, tells that it is done, and has what begins with `key` read again.
export function useChange(...key: string[]) {
  const { tell } = useNotices();
  const cache = useQueryClient();
  // Throws what the server said where it refused.
  async function change(what: string, method: string, path: string, body?: unknown): Promise<Response> {
    try {
      const response = await send(method, path, { body });
      tell("success", text.task.done(what));
      return response;
    } finally {
      void cache.invalidateQueries({ queryKey: key });
    }
  }
  // Tells it. Whether it was done.
  async function tryChange(what: string, method: string, path: string, body?: unknown): Promise<boolean> {
    try {
      await change(what, method, path, body);
      return true;
    } catch (error) {
      tell("danger", text.task.failed(what), messageOf(error));
      return false;
    }
  }
  return { change, tryChange };
}

// Requests to the API. The logon session is in a cookie that scripts cannot read.
import type { Schemas, Task } from "./types";

// What the server said, in its own words.
export class ApiError extends Error {
  constructor(
    message: string,
    readonly status: number,
  ) {
    super(message);
    this.name = "ApiError";
  }
}

// No answer came at all: the server is stopped, restarted, or not to be reached.
export class ServerLostError extends Error {
  constructor() {
    super("The server does not answer.");
    this.name = "ServerLostError";
  }
}

type Listener = () => void;
const whenLoggedOut = new Set<Listener>();

// Called when a request finds that there is no logon session any more.
export function onLoggedOut(listener: Listener): () => void {
  whenLoggedOut.add(listener);
  return () => whenLoggedOut.delete(listener);
}

export interface RequestOptions {
  body?: unknown;
  signal?: AbortSignal;
  headers?: Record<string, string>;
}

export async function send(method: string, path: string, options: RequestOptions = {}): Promise<Response> {
  const headers: Record<string, string> = { Accept: "application/json", ...options.headers };
  if (options.body !== undefined) headers["Content-Type"] = "application/json";
  let response: Response;
  try {
    response = await fetch(`/api${path}`, {
      method,
      headers,
      signal: options.signal,
      credentials: "same-origin",
      body: options.body === undefined ? undefined : JSON.stringify(options.body),
    });
  } catch (error) {
    if (options.signal?.aborted) throw error;
    throw new ServerLostError();
  }
  if (response.ok) return response;
  if (response.status === 401 && !headers.Authorization) whenLoggedOut.forEach((listener) => listener());
  throw new ApiError(await messageOf(response), response.status);
}

async function messageOf(response: Response): Promise<string> {
  try {
    const body = (await response.json()) as Schemas["Error"];
    if (body.Message) return body.Message;
  } catch {
    // Not an Error document: what is between may have answered.
  }
  return `${response.status} ${response.statusText}`;
}

export async function get<T>(path: string, signal?: AbortSignal): Promise<T> {
  return (await send("GET", path, { signal })).json() as Promise<T>;
}

const firstPause = 250;
const longestPause = 2000;

// Sends what is answered with a Task, and waits until it has ended. Throws what the task says where it failed.
export async function run(method: string, path: string, body?: unknown): Promise<Task> {
  const response = await send(method, path, { body });
  if (response.status === 204) throw new Error(`${method} ${path} has no task`);
  let task = (await response.json()) as Task;
  for (let pause = firstPause; task.State !== "Finished"; pause = Math.min(pause * 1.5, longestPause)) {
    await new Promise((resolve) => setTimeout(resolve, pause));
    task = await get<Task>(`/tasks/${encodeURIComponent(task.TaskId)}`);
  }
  if (!task.Result?.Success) throw new ApiError(task.Result?.Message ?? `The task ${task.Operation} failed.`, 500);
  return task;
}

// The id of the entity that a finished task leads to.
export function relatedId(task: Task, type: string): string | undefined {
  const href = task.Links?.find((link) => link.Rel === "Related" && link.Type === type)?.Href;
  return href ? new URL(href).pathname.split("/").pop() : undefined;
}

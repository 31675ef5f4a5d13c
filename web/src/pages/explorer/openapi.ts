// The server's OpenAPI document, as far as the explorer shows it.

interface SchemaNode {
  $ref?: string;
  type?: string | string[];
  enum?: unknown[];
  format?: string;
  properties?: Record<string, SchemaNode>;
  required?: string[];
  items?: SchemaNode;
  anyOf?: SchemaNode[];
  allOf?: SchemaNode[];
}

interface ParameterNode {
  $ref?: string;
  name?: string;
  in?: string;
  required?: boolean;
  description?: string;
  schema?: SchemaNode;
}

interface Content {
  "application/json"?: { schema?: SchemaNode };
}

interface ResponseNode {
  $ref?: string;
  description?: string;
  content?: Content;
}

interface OperationNode {
  operationId?: string;
  tags?: string[];
  summary?: string;
  parameters?: ParameterNode[];
  requestBody?: { content?: Content };
  responses?: Record<string, ResponseNode>;
  "x-roles"?: string[];
  "x-actions"?: Record<string, { roles?: string[]; body?: string; status?: number; answers?: string[] }>;
}

export interface OpenApi {
  paths: Record<string, Record<string, OperationNode>>;
  components: {
    schemas?: Record<string, SchemaNode>;
    parameters?: Record<string, ParameterNode>;
    responses?: Record<string, ResponseNode>;
  };
}

export interface Parameter {
  name: string;
  place: "path" | "query" | "header";
  isRequired: boolean;
  description: string;
  choices: string[];
}

export interface Answer {
  status: string;
  description: string;
  types: string[];
}

export interface Operation {
  // Of the document, and the action where there are several: what the URL of the page names.
  id: string;
  method: string;
  path: string;
  action?: string;
  area: string;
  // Who may call it; nothing told: anybody.
  roles: string[];
  parameters: Parameter[];
  // The type of the body that it takes.
  body?: string;
  answers: Answer[];
}

const methods = ["get", "post", "put", "delete"];
const isSuccess = (status: string) => Number(status) < 400;
const nameOf = (reference: string) => reference.split("/").pop() ?? "";

function typesOf(content: Content | undefined): string[] {
  const schema = content?.["application/json"]?.schema;
  return [schema, ...(schema?.anyOf ?? [])].flatMap((one) => (one?.$ref ? [nameOf(one.$ref)] : []));
}

function parametersOf(document: OpenApi, operation: OperationNode): Parameter[] {
  return (operation.parameters ?? [])
    .map((one) => (one.$ref ? document.components.parameters?.[nameOf(one.$ref)] : one))
    .filter((one) => one !== undefined && (one.in === "path" || one.in === "query" || one.in === "header"))
    .map((one) => ({
      name: one?.name ?? "",
      place: one?.in as Parameter["place"],
      isRequired: one?.required ?? false,
      description: one?.description ?? "",
      choices: (one?.schema?.enum ?? []).map(String),
    }));
}

function answersOf(document: OpenApi, operation: OperationNode): Answer[] {
  return Object.entries(operation.responses ?? {}).map(([status, response]) => {
    const told = response.$ref ? document.components.responses?.[nameOf(response.$ref)] : response;
    return { status, description: told?.description ?? "", types: typesOf(told?.content) };
  });
}

// Each action of a path by itself, in the order of the document.
export function readOperations(document: OpenApi): Operation[] {
  return Object.entries(document.paths).flatMap(([path, item]) =>
    methods.flatMap((method) => {
      const operation = item[method];
      if (!operation) return [];
      const parameters = parametersOf(document, operation);
      const base: Operation = {
        id: operation.operationId ?? `${method} ${path}`,
        method: method.toUpperCase(),
        path,
        area: operation.tags?.[0] ?? path.split("/")[1] ?? "",
        roles: operation["x-roles"] ?? [],
        parameters,
        body: typesOf(operation.requestBody?.content)[0],
        answers: answersOf(document, operation),
      };
      const actions = Object.entries(operation["x-actions"] ?? {});
      if (actions.length === 0) return [base];
      const isOptional = !parameters.some(({ name, isRequired }) => name === "action" && isRequired);
      const other = parameters.filter(({ name }) => name !== "action");
      return [
        ...(isOptional ? [{ ...base, parameters: other }] : []),
        ...actions.map(([action, told]) => ({
          ...base,
          id: `${base.id}.${action}`,
          action,
          roles: told.roles ?? base.roles,
          parameters: other,
          body: told.body,
          answers: base.answers.filter(({ status }) => !isSuccess(status) || Number(status) === told.status),
        })),
      ];
    }),
  );
}

export function matches(operation: Operation, words: string): boolean {
  const whole = `${operation.method} ${operation.path}?action=${operation.action ?? ""} ${operation.area}`.toLowerCase();
  return words
    .toLowerCase()
    .split(/\s+/)
    .every((word) => whole.includes(word));
}

const deepest = 6;

// A body of that type, with a value of its kind for everything that it may hold.
export function sampleOf(document: OpenApi, type: string): unknown {
  return sample(document, document.components.schemas?.[type] ?? {}, 0);
}

function sample(document: OpenApi, node: SchemaNode, depth: number): unknown {
  if (node.$ref) {
    const target = document.components.schemas?.[nameOf(node.$ref)];
    return target && depth < deepest ? sample(document, target, depth + 1) : null;
  }
  const chosen = node.anyOf?.find((one) => one.type !== "null") ?? node.allOf?.[0];
  if (chosen) return sample(document, chosen, depth);
  if (node.enum) return node.enum[0];
  const kind = Array.isArray(node.type) ? node.type.find((one) => one !== "null") : node.type;
  switch (kind) {
    case "object":
      return Object.fromEntries(Object.entries(node.properties ?? {}).map(([name, member]) => [name, sample(document, member, depth + 1)]));
    case "array":
      return node.items && depth < deepest ? [sample(document, node.items, depth + 1)] : [];
    case "integer":
    case "number":
      return 0;
    case "boolean":
      return false;
    case "string":
      return node.format === "date-time" ? new Date(0).toISOString() : "";
    default:
      return null;
  }
}

// "/jobs/{jobId}?action=start" with its values: below /api, encoded. A path of several segments keeps its slashes.
export function addressOf(operation: Operation, values: Record<string, string>): string {
  const path = operation.path.replace(/\{([^}]+)\}/g, (_, name: string) =>
    (values[name] ?? "").split("/").map(encodeURIComponent).join("/"),
  );
  const query = new URLSearchParams();
  if (operation.action) query.set("action", operation.action);
  for (const { name, place } of operation.parameters) if (place === "query" && values[name]) query.set(name, values[name]);
  return query.size > 0 ? `${path}?${query}` : path;
}

export interface Fault {
  kind?: "hang" | "reset" | "truncate" | "malform" | "unavailable" | "error";
  /** Milliseconds before the answer: the least and the most. */
  delay?: readonly [number, number];
  /** The share of the requests that are hit, 0 to 1. */
  share?: number;
  /** The number of requests that are hit; then the fault ends. */
  times?: number;
  /** Seconds, with "unavailable". */
  retryAfter?: number;
}

export interface Answer {
  status: number;
  headers: Readonly<Record<string, string>>;
  /** The body: as JSON, as text, or in Base64. */
  json?: unknown;
  text?: string;
  bytes?: string;
}

export interface Step extends Answer {
  /** The number of requests in a row that get this answer. */
  times?: number;
  fault?: Fault;
  /** The answer when the fault hits, if the fault has its own. */
  failure?: Answer;
}

export interface Course {
  steps: readonly Step[];
  /** After the last step: repeat its answer, or start again with the first step. */
  end?: "stay" | "repeat";
}

export interface Scenario {
  description: string;
  fault?: Fault;
  /** The answer when the fault hits, if the fault has its own. */
  failures?: Readonly<Partial<Record<OperationId, Answer>>>;
  operations: Readonly<Partial<Record<OperationId, Course>>>;
}

export interface Options {
  /** The base URL of the API, without a slash at its end; any origin by default. */
  baseUrl?: string;
  /** The random numbers for faults with a `share`. */
  random?: () => number;
}

/**
 * The handlers of a scenario, one for each operation. Operations that the scenario does not mention answer as usual.
 * Sequences and faults with `times` start from the beginning with each call: call it in `beforeEach`.
 */
export function handlers(name: ScenarioName, options: Options = {}): HttpHandler[] {
  const { baseUrl = "*", random = Math.random } = options;
  const scenario = scenarios[name];
  return (Object.keys(operations) as OperationId[]).map((id) => {
    const { method, path } = operations[id];
    const course = scenario.operations[id] ?? usual[id];
    const struck = new Map<Fault, number>();
    let requests = 0;
    return http.all(baseUrl + path, async ({ request }) => {
      if (request.method !== method) return;
      const step = stepOf(course, requests++);
      const faults = [
        { fault: step.fault, failure: step.failure },
        { fault: scenario.fault, failure: scenario.failures?.[id] },
      ];
      for (const { fault, failure } of faults) {
        if (fault === undefined || !hits(fault, struck, random)) continue;
        const [least, most] = fault.delay ?? [0, 0];
        if (most > 0) await delay(least + random() * (most - least));
        return answered(fault.kind, step, failure);
      }
      return responseOf(step);
    });
  });
}

function stepOf(course: Course, request: number): Step {
  const length = course.steps.reduce((sum, step) => sum + (step.times ?? 1), 0);
  let left = course.end === "repeat" ? request % length : Math.min(request, length - 1);
  for (const step of course.steps) {
    left -= step.times ?? 1;
    if (left < 0) return step;
  }
  throw new Error("a course has at least one step");
}

function hits(fault: Fault, counted: Map<Fault, number>, random: () => number): boolean {
  const before = counted.get(fault) ?? 0;
  if (before >= (fault.times ?? Infinity) || random() >= (fault.share ?? 1)) return false;
  counted.set(fault, before + 1);
  return true;
}

async function answered(kind: Fault["kind"], step: Step, failure?: Answer): Promise<Response> {
  const content = contentOf(step);
  const half = content.slice(0, Math.floor(content.length / 2));
  switch (kind) {
    case undefined:
      return responseOf(step);
    case "hang":
      await delay("infinite");
      return HttpResponse.error();
    case "truncate":
      return responseOf(step, cutOff(half));
    case "malform":
      return responseOf(step, new Uint8Array([...half, ...new TextEncoder().encode('{"')]));
    default:
      return failure === undefined ? HttpResponse.error() : responseOf(failure);
  }
}

function responseOf(answer: Answer, body: BodyInit = contentOf(answer)): Response {
  const { status, headers } = answer;
  // These statuses have no content, whatever the contract declares (Fetch section 2.2.3).
  return new HttpResponse([204, 205, 304].includes(status) ? null : body, { status, headers });
}

function contentOf({ json, text, bytes }: Answer): Uint8Array<ArrayBuffer> {
  if (bytes !== undefined) return Uint8Array.from(atob(bytes), (character) => character.charCodeAt(0));
  return new TextEncoder().encode(text ?? (json === undefined ? "" : JSON.stringify(json)));
}

function cutOff(half: Uint8Array<ArrayBuffer>): ReadableStream {
  return new ReadableStream({
    start(controller) {
      controller.enqueue(half);
      controller.error(new TypeError("the connection was cut"));
    },
  });
}

export interface Fault {
  kind?: "hang" | "reset" | "truncate" | "malform" | "unavailable" | "error";
  /** Milliseconds before the answer: the least and the most. */
  delay?: readonly [number, number];
  /** The share of the requests that it hits, 0 to 1. */
  share?: number;
  /** After so many requests that were hit it is over. */
  times?: number;
  /** Seconds, with "unavailable". */
  retryAfter?: number;
}

export interface Step {
  status: number;
  headers: Readonly<Record<string, string>>;
  /** The body: as JSON, or as text. */
  json?: unknown;
  text?: string;
  /** How often in a row it is given. */
  times?: number;
  fault?: Fault;
}

export interface Course {
  steps: readonly Step[];
  /** What comes after the last step: that for ever, or the first again. */
  end?: "stay" | "repeat";
}

export interface Scenario {
  description: string;
  fault?: Fault;
  operations: Readonly<Partial<Record<OperationId, Course>>>;
}

export interface Options {
  /** Where the API is, without a slash at its end; any origin without it. */
  baseUrl?: string;
  /** What faults with a `share` are diced with. */
  random?: () => number;
}

/**
 * The handlers of a scenario, one for each operation. What the scenario says nothing about is answered as usual.
 * Sequences and faults with `times` begin with each call: call it anew in `beforeEach`.
 */
export function handlers(name: ScenarioName, options: Options = {}): HttpHandler[] {
  const { baseUrl = "*", random = Math.random } = options;
  const scenario = scenarios[name];
  return (Object.keys(operations) as OperationId[]).map((id) => {
    const { method, path } = operations[id];
    const course = scenario.operations[id] ?? usual[id];
    const faults = new Map<Fault, number>();
    let requests = 0;
    return http.all(baseUrl + path, async ({ request }) => {
      if (request.method !== method) return;
      const step = stepOf(course, requests++);
      for (const fault of [scenario.fault, step.fault]) {
        if (fault === undefined || !hits(fault, faults, random)) continue;
        const [least, most] = fault.delay ?? [0, 0];
        if (most > 0) await delay(least + random() * (most - least));
        if (fault.kind !== undefined) return faulty(fault, step);
      }
      return new HttpResponse(contentOf(step), { status: step.status, headers: step.headers });
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

function contentOf(step: Step): string | null {
  if (step.text !== undefined) return step.text;
  return step.json === undefined ? null : JSON.stringify(step.json);
}

async function faulty(fault: Fault, step: Step): Promise<Response> {
  const content = contentOf(step) ?? "";
  const half = content.slice(0, Math.floor(content.length / 2));
  switch (fault.kind) {
    case "hang":
      await delay("infinite");
      return HttpResponse.error();
    case "truncate":
      return new HttpResponse(cutOff(half), { status: step.status, headers: step.headers });
    case "malform":
      return new HttpResponse(half + '{"', { status: step.status, headers: step.headers });
    case "unavailable":
      return HttpResponse.json(
        { success: false, error: "The service is not available. Try again later.", code: "UNAVAILABLE" },
        { status: 503, headers: { "Retry-After": String(fault.retryAfter ?? 5) } },
      );
    case "error":
      return HttpResponse.json(
        { success: false, error: "The server failed.", code: "INTERNAL_ERROR" },
        { status: 500 },
      );
    default:
      return HttpResponse.error();
  }
}

function cutOff(text: string): ReadableStream {
  return new ReadableStream({
    start(controller) {
      controller.enqueue(new TextEncoder().encode(text));
      controller.error(new TypeError("the connection was cut"));
    },
  });
}

// The details of one request: the request, the answer and its reason, and copies as code.

import * as api from "./api.js";
import { $, announce, copy, h } from "./dom.js";
import { clock, duration, grade, plural } from "./log.js";

const SNIPPETS = { curl: "curl", playwright: "Playwright", msw: "MSW" };

export class Details {
  constructor(log) {
    this.log = log;
    this.dialog = $("details");
    this.number = null;
    $("details-close").addEventListener("click", () => this.dialog.close());
    $("details-newer").addEventListener("click", () => this.step(-1));
    $("details-older").addEventListener("click", () => this.step(1));
    this.dialog.addEventListener("keydown", (event) => {
      if (event.key === "k") this.step(-1);
      if (event.key === "j") this.step(1);
    });
    this.dialog.addEventListener("click", (event) => {
      if (event.target === this.dialog) this.dialog.close();
    });
    this.dialog.addEventListener("close", () => this.log.focus(this.number));
  }

  async open(number) {
    let exchange;
    try {
      exchange = await api.request(number);
    } catch (error) {
      return announce(error.message, true);
    }
    this.number = number;
    this.show(exchange);
    if (!this.dialog.open) {
      this.dialog.showModal();
      $("details-title").focus();
    }
  }

  step(by) {
    const number = this.log.beside(this.number, by);
    if (number !== null) this.open(number);
  }

  show(exchange) {
    const { number, method, target, reason, violations, request, response } = exchange;
    $("details-title").replaceChildren(
      h("span", { class: "method", "data-method": method }, method),
      " ",
      h("span", { class: "path" }, target),
    );
    $("details-newer").disabled = this.log.beside(number, -1) === null;
    $("details-older").disabled = this.log.beside(number, 1) === null;
    const text = h("pre", { class: "code", hidden: true, tabindex: "0", "aria-label": "Copied text" });
    $("details-body").replaceChildren(
      facts(exchange),
      h("p", { class: "reason" }, reason),
      ...(violations.length > 0 ? [violated(violations)] : []),
      h(
        "div",
        { class: "buttons", role: "group", "aria-label": "Copy as" },
        h("span", { class: "muted" }, "Copy as"),
        ...Object.entries(SNIPPETS).map(([as, name]) => h("button", { click: () => this.copy(as, name, text) }, name)),
      ),
      text,
      ...(response === null ? [h("h3", {}, "Response"), h("p", { class: "muted" }, "None: the connection was cut.")] : message("Response", response)),
      ...message("Request", request),
    );
    $("details-body").scrollTop = 0;
  }

  async copy(as, name, area) {
    try {
      const { text } = await api.snippet(this.number, as);
      area.textContent = text;
      area.hidden = false;
      await copy(text, `the request as ${name}`);
    } catch (error) {
      announce(error.message, true);
    }
  }
}

function facts({ number, at, operation, scenario, source, status, milliseconds, session }) {
  const rows = [
    ["Status", h("span", { class: `status ${grade(status)}` }, status === null ? "no answer" : `${status}`)],
    ["Time", `${duration(milliseconds)} ms`],
    ["Operation", operation ?? "none"],
    scenario !== null && ["Scenario", scenario],
    source === "upstream" && ["Answered by", "the upstream"],
    session !== null && ["Session", session],
    ["Request", `no. ${number}, ${clock(at)}`],
  ];
  return h("dl", { class: "facts" }, ...rows.filter(Boolean).map(([term, value]) => h("div", {}, h("dt", {}, term), h("dd", {}, value))));
}

function violated(violations) {
  return h(
    "div",
    { class: "notice bad" },
    h("strong", {}, plural(violations.length, "violation"), " of the contract"),
    h("ul", {}, ...violations.map((violation) => h("li", {}, violation))),
  );
}

function message(name, { headers, body }) {
  return [
    h("h3", {}, name),
    h(
      "table",
      { class: "headers", "aria-label": `Headers of the ${name.toLowerCase()}` },
      h("tbody", {}, ...headers.map(([field, value]) => h("tr", {}, h("th", { scope: "row" }, field), h("td", {}, value)))),
    ),
    body === "" || isNoText(headers, body)
      ? h("p", { class: "muted" }, body === "" ? "No body." : "The body is not text.")
      : h("pre", { class: "code", tabindex: "0", "aria-label": `Body of the ${name.toLowerCase()}` }, pretty(body)),
  ];
}

/** Whether a body is binary, such as a picture or an archive. */
function isNoText(headers, body) {
  const [, type = ""] = headers.find(([name]) => name.toLowerCase() === "content-type") ?? [];
  // Text in another encoding, or mixed with binary parts, is still mostly readable.
  return body.includes("\uFFFD") && !/^(text|multipart)\/|json|xml|urlencoded/i.test(type);
}

/** JSON with indents; any other text unchanged, and JSON with integers that JavaScript cannot represent. */
export function pretty(text) {
  try {
    return /\d{16}/.test(text) ? text : JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

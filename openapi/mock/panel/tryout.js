// A request form, for contracts without the operation of the dialer.

import * as api from "./api.js";
import { announce, h } from "./dom.js";
import { pretty } from "./details.js";
import { duration, grade } from "./log.js";

const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"];
const BODILESS = ["GET", "HEAD"];
const JSON_TYPE = "application/json";
// Headers that a page cannot send, or that the form has fields for.
const APART = /^(cookie|content-type)$/i;

export class Tryout {
  constructor() {
    this.method = h("select", { "aria-label": "Method" }, ...METHODS.map((method) => h("option", {}, method)));
    this.path = h("input", { "aria-label": "Path", value: "/", spellcheck: "false" });
    this.type = h("input", { "aria-label": "Content-Type of the body", value: JSON_TYPE, spellcheck: "false" });
    this.body = h("textarea", { "aria-label": "Body", rows: "4", spellcheck: "false", placeholder: "Body" });
    this.answer = h("p", { class: "answer", role: "status" });
    this.raw = h("pre", { class: "code", tabindex: "0", "aria-label": "The answer", hidden: true });
    this.headers = {};
    this.filling = null;
    this.method.addEventListener("change", () => this.offerBody());
    this.element = h(
      "form",
      { class: "tryout", submit: (event) => this.send(event) },
      h("p", { class: "muted" }, "Send a request with a fresh token. Select an operation to fill this in."),
      h("div", { class: "joined" }, this.method, this.path),
      this.type,
      this.body,
      h("div", {}, h("button", { class: "primary" }, "Send")),
      this.answer,
      this.raw,
    );
    this.offerBody();
  }

  /** Fill in a sample request for an operation; null for the operation that is easiest to call. */
  async fill(operation) {
    const filling = {};
    this.filling = filling;
    const sample = await api.sample(operation?.id ?? null).catch(() => null);
    if (this.filling !== filling) return;
    if (sample) this.write(sample);
    else if (operation) this.write({ method: operation.method, target: operation.path.replace(/\{[^/{}]*\}/g, "1"), headers: [], body: "" });
  }

  write({ method, target, headers, body }) {
    this.method.value = method;
    this.path.value = target;
    this.type.value = headers.find(([name]) => name === "Content-Type")?.[1] ?? JSON_TYPE;
    this.body.value = this.type.value === JSON_TYPE ? pretty(body) : body;
    // Each request gets a new token.
    this.headers = Object.fromEntries(headers.filter(([name, value]) => !APART.test(name) && !value.startsWith("Bearer ")));
    this.offerBody();
  }

  offerBody() {
    this.body.hidden = this.type.hidden = BODILESS.includes(this.method.value);
  }

  async send(event) {
    event.preventDefault();
    const options = { method: this.method.value, headers: {}, cache: "no-store" };
    const started = performance.now();
    try {
      options.headers = { Authorization: `Bearer ${(await api.token(3600)).token}`, ...this.headers };
      if (!this.body.hidden && this.body.value !== "") {
        options.body = this.body.value;
        options.headers["Content-Type"] = this.type.value;
      }
      // Requests go only to this host.
      const response = await fetch(new URL(`${location.origin}/${this.path.value.replace(/^\/+/, "")}`), options);
      const text = readable(await response.arrayBuffer(), response.headers.get("Content-Type"));
      this.show(response.status, text, performance.now() - started);
    } catch (error) {
      this.show(null, "", performance.now() - started);
      announce(error.message, true);
    }
  }

  show(status, text, milliseconds) {
    this.answer.replaceChildren(
      h("span", { class: `status ${grade(status)}` }, status === null ? "no answer" : `${status}`),
      ` after ${duration(milliseconds)} ms`,
    );
    this.raw.hidden = text === "";
    this.raw.textContent = pretty(text);
  }
}

/** A body as text; for a binary body, its size and type. */
function readable(bytes, type) {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return `${bytes.byteLength} bytes of ${type ?? "unknown type"} (not text)`;
  }
}

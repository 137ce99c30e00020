// A request box, for contracts without the dialer's operation.

import * as api from "./api.js";
import { announce, h } from "./dom.js";
import { pretty } from "./details.js";
import { duration, grade } from "./log.js";

const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"];
const BODILESS = ["GET", "HEAD"];

export class Tryout {
  constructor() {
    this.method = h("select", { "aria-label": "Method" }, ...METHODS.map((method) => h("option", {}, method)));
    this.path = h("input", { "aria-label": "Path", value: "/", spellcheck: "false" });
    this.body = h("textarea", { "aria-label": "Body", rows: "4", spellcheck: "false", placeholder: "JSON body" });
    this.answer = h("p", { class: "answer", role: "status" });
    this.raw = h("pre", { class: "code", tabindex: "0", "aria-label": "The answer", hidden: true });
    this.method.addEventListener("change", () => this.offerBody());
    this.element = h(
      "form",
      { class: "tryout", submit: (event) => this.send(event) },
      h("p", { class: "muted" }, "Send a request with a fresh token. Select an operation to fill this in."),
      h("div", { class: "joined" }, this.method, this.path),
      this.body,
      h("div", {}, h("button", { class: "primary" }, "Send")),
      this.answer,
      this.raw,
    );
    this.offerBody();
  }

  /** Fill in what an operation needs; each template expression becomes 1. */
  fill({ method, path }) {
    this.method.value = method;
    this.path.value = path.replace(/\{[^/{}]*\}/g, "1");
    this.offerBody();
  }

  offerBody() {
    this.body.hidden = BODILESS.includes(this.method.value);
  }

  async send(event) {
    event.preventDefault();
    const options = { method: this.method.value, headers: {}, cache: "no-store" };
    const started = performance.now();
    try {
      options.headers.Authorization = `Bearer ${(await api.token(3600)).token}`;
      if (!this.body.hidden && this.body.value !== "") {
        options.body = this.body.value;
        options.headers["Content-Type"] = "application/json";
      }
      // Never another host than this one.
      const response = await fetch(new URL(`${location.origin}/${this.path.value.replace(/^\/+/, "")}`), options);
      const text = await response.text();
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

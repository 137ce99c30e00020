// The dialer preview: sends the request of the app to the mock, and shows what the app would show.

import * as api from "./api.js";
import { NONE } from "./choices.js";
import { $, announce, h, icon } from "./dom.js";
import { duration, grade } from "./log.js";
import { pretty } from "./details.js";
import { interpret } from "./provider.js";
import { followed } from "./session.js";

export const OPERATION = "get_calls_providers";
const PATIENCE = 15_000;
// Milliseconds; a faster answer is shown without the loading state, which would flicker.
const UNNOTICED = 120;
const GROUPS = [
  ["Answers", ["", "twilio", "sinch", "none", "no-number"]],
  ["Sign-in", ["token-missing", "token-expired"]],
  ["Trouble", ["error-string", "error-structured", "slow", "offline"]],
];
const ICONS = {
  ready: "M6.6 3.5 9.4 3l1.7 4.3-2 1.6a12.4 12.4 0 0 0 6 6l1.6-2 4.3 1.7-.5 2.8c-.2 1.2-1.2 2.1-2.4 2.1C10.500 19.500 4.500 13.500 4.500 5.900c0-1.200.9-2.200 2.100-2.400Z",
  "no-number": "M4 4l16 16M8.500 12.500a12.400 12.400 0 0 0 6.600 2.400l1.600-2 4.300 1.700-.5 2.800c-.2 1.200-1.200 2.100-2.400 2.100-2.600 0-5-.7-7.100-2M6 6.800C6 5.500 5.900 4.500 6.600 3.500L9.400 3l1.700 4.300-1.300 1",
  empty: "M5 12h14M12 3a9 9 0 1 1 0 18 9 9 0 0 1 0-18Z",
  "signed-out": "M7 11V8a5 5 0 0 1 10 0v3M6 11h12v9H6Z",
  failed: "M12 8v5M12 16.500v.1M12 3 2.500 20h19Z",
};

export class Dialer {
  /** `choose` chooses a scenario for the dialer's operation. */
  constructor(choose) {
    this.choose = choose;
    this.operation = null;
    this.chosen = "";
    this.token = null;
    this.asked = null;
    this.screen = h("div", { class: "screen", role: "status" });
    this.answer = h("p", { class: "answer muted" }, "");
    this.raw = h("pre", { class: "code", tabindex: "0", "aria-label": "The answer", hidden: true });
    this.situations = h("div", { class: "situations" });
    this.element = h("div", { class: "dialer" }, h("div", { class: "phone" }, this.screen), this.situations, this.answer, this.raw);
  }

  update(operation) {
    const before = this.operation;
    const chosen = JSON.stringify([operation.path, operation.scenario, operation.source]);
    const faulty = JSON.stringify(operation.fault);
    // A fault with `times` has ended: keep showing its effect.
    const over = operation.fault === null && before?.fault?.times !== undefined;
    const same = chosen === this.chosen && (faulty === JSON.stringify(before.fault) || over);
    this.operation = operation;
    this.chosen = chosen;
    this.offer(operation);
    if (!same) this.refresh();
  }

  offer({ scenarios, scenario }) {
    const known = GROUPS.flatMap(([, names]) => names);
    // The scenarios named after a status are listed with the operation.
    const others = scenarios.filter((name) => !known.includes(name) && !/^\d{3}$/.test(name));
    const groups = [...GROUPS, ["More", others]];
    const shown = groups
      .map(([title, names]) => [title, names.filter((name) => name === "" || scenarios.includes(name))])
      .filter(([, names]) => names.length > 0);
    const shape = JSON.stringify(shown);
    if (shape !== this.shape) {
      this.shape = shape;
      this.situations.replaceChildren(
        ...shown.map(([title, names]) =>
          h("div", { role: "group", "aria-label": title }, h("span", { class: "muted" }, title), ...names.map((name) => this.button(name))),
        ),
      );
    }
    for (const button of this.situations.querySelectorAll("button")) {
      button.setAttribute("aria-pressed", `${button.value === (scenario ?? "")}`);
    }
  }

  button(name) {
    return h("button", { value: name, class: "chip", click: () => this.choose(name || null) }, name || NONE);
  }

  async signIn() {
    this.token = (await api.token(3600)).token;
  }

  /** Send the request with a new token. If a scenario refuses every token, name it: the screen does not change. */
  async signInAgain() {
    await this.signIn();
    await this.refresh();
    if (this.screen.dataset.kind !== "signed-out") return;
    const name = followed() ?? this.operation.scenario;
    announce(name === null ? "Signed in; the mock refuses the new token too" : `Signed in; the scenario ${name} refuses every token`, true);
  }

  /** Send the request again. */
  async refresh() {
    this.asked?.abort();
    const asked = new AbortController();
    this.asked = asked;
    const loading = setTimeout(() => this.load(asked.signal), UNNOTICED);
    const given = await this.ask(asked.signal);
    clearTimeout(loading);
    if (asked.signal.aborted) return;
    this.asked = null;
    this.show(interpret(given));
    this.tell(given);
  }

  async ask(signal) {
    let started = performance.now();
    let begun = false;
    const late = AbortSignal.timeout(PATIENCE);
    try {
      if (this.token === null) await this.signIn();
      started = performance.now();
      const response = await fetch(this.operation.path, {
        method: this.operation.method,
        headers: { Authorization: `Bearer ${this.token}` },
        cache: "no-store",
        signal: AbortSignal.any([signal, late]),
      });
      begun = true;
      const text = await response.text();
      const retryAfter = response.headers.get("Retry-After");
      return { status: response.status, body: parsed(text), text, retryAfter, milliseconds: performance.now() - started };
    } catch {
      return { failure: late.aborted ? "timeout" : begun ? "broken-off" : "offline", milliseconds: performance.now() - started };
    }
  }

  /** Show the loading state until the answer arrives. */
  load(signal) {
    const since = performance.now() - UNNOTICED;
    const clock = h("span", { class: "muted", "aria-hidden": "true" }, "");
    const tick = () => {
      if (signal.aborted || !clock.isConnected) return;
      clock.textContent = `${((performance.now() - since) / 1000).toFixed(1)} s`;
      setTimeout(tick, 100);
    };
    this.screen.dataset.kind = "loading";
    this.screen.setAttribute("aria-busy", "true");
    this.screen.replaceChildren(h("span", { class: "spinner", "aria-hidden": "true" }), h("strong", {}, "Loading…"), h("p", {}, "Requesting the provider and the number"), clock);
    this.answer.textContent = "Waiting for the answer";
    this.raw.hidden = true;
    tick();
  }

  show({ kind, provider, title, text, number, code, action }) {
    this.screen.dataset.kind = kind;
    this.screen.setAttribute("aria-busy", "false");
    const again = { retry: ["Try again", () => this.refresh()], "sign-in": ["Sign in", () => this.signInAgain()] }[action];
    this.screen.replaceChildren(
      ...[
        h("span", { class: "emblem", "data-provider": provider }, icon(ICONS[kind])),
        h("strong", {}, title),
        h("p", {}, text),
        number && h("p", { class: "number" }, number),
        code && h("code", {}, code),
        kind === "ready" && keypad(),
        again && h("button", { class: "primary", click: again[1] }, again[0]),
      ].filter(Boolean),
    );
  }

  tell({ status, text, milliseconds }) {
    this.answer.replaceChildren(
      h("span", { class: `status ${grade(status ?? null)}` }, status === undefined ? "no answer" : `${status}`),
      ` after ${duration(milliseconds)} ms`,
    );
    this.raw.hidden = !text;
    this.raw.textContent = text ? pretty(text) : "";
  }
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A drawing of a keypad: the preview makes no calls. */
function keypad() {
  return h("span", { class: "keypad", "aria-hidden": "true" }, ...[..."123456789*0#"].map((key) => h("span", {}, key)));
}

// The live log: newest first, at most as many requests as the mock keeps.

import { $, h, neighbour, write } from "./dom.js";

const KEPT = 500;
const CLOCK = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", second: "2-digit", hour12: false });

export const clock = (at) => CLOCK.format(new Date(at));

/** The grade of a status: "ok", "warn" for 4xx, "bad" for 5xx and for no answer. */
export const grade = (status) => (status === null || status >= 500 ? "bad" : status >= 400 ? "warn" : "ok");

export const duration = (milliseconds) =>
  milliseconds >= 100 ? Math.round(milliseconds).toString() : milliseconds.toFixed(1);

export class Log {
  /** `open` is called with the number of the request to show. */
  constructor(open) {
    this.list = $("requests-list");
    this.entries = new Map();
    this.waiting = [];
    this.timer = null;
    this.list.addEventListener("click", (event) => {
      const button = event.target.closest("button");
      if (button) open(Number(button.dataset.number));
    });
    this.list.addEventListener("keydown", (event) => {
      const to = neighbour(event, this.buttons(), document.activeElement);
      if (to) this.reach(to).focus();
    });
    $("requests-search").addEventListener("input", () => this.filter());
    $("requests-search").addEventListener("keydown", (event) => {
      if (event.key === "ArrowDown") neighbour(event, this.buttons(), null)?.focus();
    });
    write($("address"), location.origin);
  }

  /** Remove all requests. */
  clear() {
    this.waiting = [];
    this.entries.clear();
    this.list.replaceChildren();
    this.filter();
  }

  /** Show the requests that the mock has kept, together with those added since `clear`, which may be newer. */
  complete(requests) {
    const added = [...this.entries.values()].map(({ request }) => request).concat(this.waiting);
    const all = new Map([...requests, ...added].map((request) => [request.number, request]));
    this.clear();
    this.insert([...all.values()].sort((one, other) => one.number - other.number));
  }

  /** Remove the requests that the mock no longer keeps; `requests` returns those that it keeps. */
  async follow(requests) {
    const last = Math.max(0, ...this.entries.keys(), ...this.waiting.map(({ number }) => number));
    const kept = new Set((await requests()).map(({ number }) => number));
    this.waiting = this.waiting.filter(({ number }) => number > last || kept.has(number));
    for (const [number, { element }] of this.entries) {
      if (number > last || kept.has(number)) continue;
      element.remove();
      this.entries.delete(number);
    }
    this.filter();
  }

  /** Add a request; the requests that arrive before the next frame are added together. */
  add(request) {
    this.waiting.push(request);
    if (this.timer) return;
    // A page in the background has no frames, and must not collect requests without limit.
    const wait = document.hidden ? (insert) => setTimeout(insert, 1000) : requestAnimationFrame;
    this.timer = wait(() => {
      this.timer = null;
      this.insert(this.waiting.splice(0));
    });
  }

  insert(requests) {
    const fresh = requests.slice(-KEPT).filter(({ number }) => !this.entries.has(number));
    const rows = fresh.map((request) => {
      const element = row(request);
      this.entries.set(request.number, { request, element });
      return element;
    });
    this.list.prepend(...rows.reverse());
    for (const [number, { element }] of this.entries) {
      if (this.entries.size <= KEPT) break;
      element.remove();
      this.entries.delete(number);
    }
    this.filter();
  }

  /** The number of the visible request before or after another; null without one. */
  beside(number, step) {
    const buttons = this.buttons();
    const index = buttons.findIndex((button) => button.dataset.number === `${number}`);
    const button = buttons[index + step];
    return button && index >= 0 ? Number(button.dataset.number) : null;
  }

  /** Focus a request. */
  focus(number) {
    const button = this.entries.get(number)?.element.firstChild;
    if (button) this.reach(button).focus();
  }

  filter() {
    const wanted = $("requests-search").value.trim().toLowerCase();
    let count = 0;
    for (const { request, element } of this.entries.values()) {
      const { method, target, operation, scenario, status, violations } = request;
      const text = `${method} ${target} ${operation ?? ""} ${scenario ?? ""} ${status ?? "no answer"} ${violations.length ? "violation" : ""}`;
      const found = wanted === "" || text.toLowerCase().includes(wanted);
      element.hidden = !found;
      if (found) count += 1;
    }
    const all = this.entries.size;
    write($("requests-count"), all === 0 ? "" : count === all ? `${all}` : `${count} of ${all}`);
    $("requests-none").hidden = all > 0;
    $("requests-unmatched").hidden = all === 0 || count > 0;
    if (!this.list.querySelector("li:not([hidden]) button[tabindex='0']")) this.reach(this.buttons()[0]);
  }

  buttons() {
    return [...this.list.querySelectorAll("li:not([hidden]) button")];
  }

  /** Make a row the one that the Tab key reaches. */
  reach(button) {
    for (const other of this.list.querySelectorAll("button[tabindex='0']")) other.tabIndex = -1;
    if (button) button.tabIndex = 0;
    return button;
  }
}

function row({ number, at, method, target, operation, scenario, source, status, milliseconds, violations }) {
  const cells = [
    h("span", { class: "time" }, clock(at)),
    h(
      "span",
      { class: "request" },
      h("span", { class: "method", "data-method": method }, method),
      " ",
      h("span", { class: "path ellipsis" }, target),
      " ",
      h("span", { class: "operation-id ellipsis" }, operation ?? (status === 404 ? "unknown operation" : "")),
    ),
    h("span", { class: "scenario ellipsis" }, source === "upstream" ? "upstream" : (scenario ?? "")),
    h("span", { class: `status ${grade(status)}` }, status === null ? "none" : `${status}`),
    h("span", { class: "ms" }, duration(milliseconds), h("span", { class: "offscreen" }, " ms")),
    h("span", { class: "violations" }, ...warned(violations.length)),
  ];
  // The spaces are for screen readers, which read the cells as one name.
  return h("li", {}, h("button", { class: "row", tabindex: "-1", "data-number": number }, ...cells.flatMap((cell) => [cell, " "])));
}

function warned(count) {
  return count === 0 ? [] : [`! ${count}`, h("span", { class: "offscreen" }, count === 1 ? " violation" : " violations")];
}

export const plural = (count, noun) => `${count} ${noun}${count === 1 ? "" : "s"}`;

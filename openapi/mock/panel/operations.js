// The list of operations: grouped by tag, searched, one of them selected.

import { $, h, neighbour, write } from "./dom.js";
import { faultText } from "./faults.js";

const ALL = "";

export class Operations {
  /** `selected` is called with the id of an operation, or null for all operations. */
  constructor(selected) {
    this.list = $("operations-list");
    this.selected = selected;
    this.rows = new Map();
    this.groups = [];
    this.current = ALL;
    this.shape = "";
    this.list.addEventListener("click", (event) => this.pick(event.target.closest("[role=option]")));
    this.list.addEventListener("keydown", (event) => this.pick(neighbour(event, this.visible(), document.activeElement)));
    $("operations-search").addEventListener("input", () => this.filter());
    $("operations-search").addEventListener("keydown", (event) => {
      if (event.key === "ArrowDown") this.pick(neighbour(event, this.visible(), null));
      if (event.key === "Escape") this.clear();
    });
  }

  update(state) {
    const operations = state.operations;
    const shape = JSON.stringify(operations.map(({ id, method, path, summary, tag }) => [id, method, path, summary, tag]));
    if (shape !== this.shape) {
      this.shape = shape;
      this.build(operations);
    }
    this.mark(ALL, state.scenario, state.fault, "mock");
    for (const { id, scenario, fault, source } of operations) this.mark(id, scenario, fault, source);
  }

  build(operations) {
    const focused = this.list.contains(document.activeElement);
    const tags = new Map();
    for (const operation of operations) {
      const tag = operation.tag || "Others";
      if (!tags.has(tag)) tags.set(tag, []);
      tags.get(tag).push(operation);
    }
    this.rows = new Map([[ALL, row(ALL, "ALL", "All operations", "Choices apply to every operation")]]);
    this.groups = [];
    for (const [tag, members] of tags) {
      const rows = members.map(({ id, method, path, summary }) => {
        const made = row(id, method, path, summary);
        made.words = `${method} ${path} ${summary} ${id} ${tag}`.toLowerCase();
        this.rows.set(id, made);
        return made.element;
      });
      this.groups.push(
        h("div", { role: "group", "aria-label": tag }, h("h3", { "aria-hidden": "true" }, tag), ...rows),
      );
    }
    this.list.replaceChildren(this.rows.get(ALL).element, ...this.groups);
    if (!this.rows.has(this.current)) this.current = ALL;
    this.filter();
    this.select(this.current, focused);
  }

  mark(id, scenario, fault, source) {
    const { badge, warning } = this.rows.get(id);
    const text = source === "upstream" ? "upstream" : (scenario ?? "");
    write(badge, text);
    badge.hidden = text === "";
    write(warning, fault === null ? "" : faultText(fault));
    warning.hidden = fault === null;
  }

  filter() {
    const words = $("operations-search").value.toLowerCase().split(/\s+/).filter(Boolean);
    let count = 0;
    for (const [id, { element, words: text }] of this.rows) {
      const found = id === ALL ? words.length === 0 : words.every((word) => text.includes(word));
      element.hidden = !found;
      if (found && id !== ALL) count += 1;
    }
    for (const group of this.groups) group.hidden = !group.querySelector("[role=option]:not([hidden])");
    const all = this.rows.size - 1;
    write($("operations-count"), count === all ? `${all}` : `${count} of ${all}`);
    $("operations-none").hidden = count > 0 || words.length === 0;
    this.reach();
  }

  /** Make the Tab key reach the selected row, or the first visible one. */
  reach() {
    const shown = this.visible();
    const current = this.rows.get(this.current)?.element;
    const reachable = current && !current.hidden ? current : shown[0];
    for (const { element } of this.rows.values()) element.tabIndex = element === reachable ? 0 : -1;
  }

  clear() {
    $("operations-search").value = "";
    this.filter();
  }

  visible() {
    return [...this.rows.values()].map(({ element }) => element).filter((element) => !element.hidden);
  }

  pick(element) {
    if (!element) return;
    this.select(element.dataset.id, true);
    this.selected(element.dataset.id || null);
  }

  select(id, focus = false) {
    this.rows.get(this.current)?.element.setAttribute("aria-selected", "false");
    this.current = id;
    const { element } = this.rows.get(id);
    element.setAttribute("aria-selected", "true");
    this.reach();
    if (focus) element.focus({ preventScroll: true });
    if (focus) element.scrollIntoView({ block: "nearest" });
  }
}

function row(id, method, path, summary) {
  const badge = h("span", { class: "badge", hidden: true });
  const warning = h("span", { class: "badge bad", hidden: true });
  const element = h(
    "div",
    { role: "option", class: "operation", "aria-selected": "false", tabindex: "-1", "data-id": id, title: `${path}\n${summary}` },
    h("span", { class: "method", "data-method": method }, method),
    h("span", { class: id === ALL ? "ellipsis" : "path ellipsis" }, path),
    h("span", { class: "summary ellipsis" }, summary),
    h("span", { class: "badges" }, badge, warning),
  );
  return { element, badge, warning, words: "" };
}

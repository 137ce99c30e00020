// The choices for one operation or for all: the source, the scenario, the fault.

import * as api from "./api.js";
import { $, announce, copy, h, write } from "./dom.js";
import { faultText, isIdle, readFault, showFault } from "./faults.js";
import { overridden } from "./session.js";

/** The label of the choice without a scenario; it has a space, so it cannot be the name of a scenario. */
export const NONE = "no scenario";

// The key in localStorage of the page that links open.
const LINK_TO = "mock-link-to";

/** The announcement of a chosen scenario. */
export const chosen = (name) => `${name ? `Scenario ${name}` : "No scenario"}${overridden()}`;

export class Choices {
  /** `act` runs a call of the API that returns the state, and announces the result. */
  constructor(act) {
    this.act = act;
    this.id = null;
    this.scenario = null;
    this.passed = false;
    this.shape = "";
    this.fault = undefined;
    this.form = $("fault");
    $("scenarios-list").addEventListener("change", (event) => this.choose(event.target.value));
    $("source").addEventListener("change", (event) =>
      this.act(api.setSource(this.id, event.target.value), `Answered by the ${event.target.value}`),
    );
    $("copy-link").addEventListener("click", () => {
      if ($("link-to").reportValidity()) copy(this.link(), "the link");
    });
    $("link-to").value = localStorage.getItem(LINK_TO) ?? "";
    $("link-to").addEventListener("change", (event) => localStorage.setItem(LINK_TO, event.target.value));
    $("copy-header").addEventListener("click", () => copy(`Prefer: scenario=${this.scenario}`, "the header"));
    this.form.addEventListener("submit", (event) => this.apply(event));
    this.form.elements.kind.addEventListener("change", () => this.offerRetryAfter());
    $("fault-clear").addEventListener("click", () => this.act(api.setFault(this.id, null), "No fault"));
  }

  /** Show the choices of an operation; null for all operations. */
  select(id, state) {
    this.id = id;
    this.fault = undefined;
    this.update(state);
  }

  update(state) {
    const operation = state.operations.find(({ id }) => id === this.id);
    if (!operation) this.id = null;
    this.title(operation);
    const { scenario, fault } = operation ?? state;
    this.offerScenarios(operation ? state.scenarios.filter(({ name }) => operation.scenarios.includes(name)) : state.scenarios);
    this.scenario = scenario;
    for (const input of $("scenarios-list").querySelectorAll("input")) input.checked = input.value === (scenario ?? "");
    for (const id of ["copy-link", "copy-header"]) $(id).disabled = scenario === null;
    this.showFault(fault);
    // The mock forwards the answers of the upstream unchanged.
    this.passed = operation ? operation.source === "upstream" : state.upstream !== null;
    $("fault-passed").hidden = !this.passed;
    $("source").hidden = !operation || state.upstream === null;
    for (const input of $("source").querySelectorAll("input")) input.checked = input.value === operation?.source;
    write($("source-url"), state.upstream ?? "");
  }

  title(operation) {
    const title = $("choices-title");
    const text = operation ? `${operation.method} ${operation.path}` : "All operations";
    if (title.textContent === text) return;
    title.replaceChildren(
      ...(operation
        ? [
            h("span", { class: "method", "data-method": operation.method }, operation.method),
            " ",
            h("span", { class: "path" }, operation.path),
          ]
        : [text]),
    );
    write($("choices-summary"), operation?.summary ?? "");
  }

  offerScenarios(scenarios) {
    const shape = JSON.stringify(scenarios);
    if (shape === this.shape) return;
    this.shape = shape;
    const offered = [{ name: "", description: "An example of the contract, or data from its schema." }, ...scenarios];
    $("scenarios-list").replaceChildren(
      ...offered.map(({ name, description }) =>
        h(
          "label",
          { class: "card", title: description },
          h("input", { type: "radio", name: "scenario", value: name }),
          h("span", { class: "name ellipsis" }, name || NONE),
          h("span", { class: "muted lines" }, description),
        ),
      ),
    );
  }

  choose(name) {
    this.act(api.setScenario(this.id, name || null), chosen(name));
  }

  link() {
    const target = new URLSearchParams({ to: $("link-to").value || "/__mock" });
    return `${location.origin}/__mock/use/${encodeURIComponent(this.scenario)}?${target}`;
  }

  showFault(fault) {
    const badge = $("fault-now");
    badge.hidden = fault === null;
    $("fault-clear").disabled = fault === null;
    write(badge, fault === null ? "" : faultText(fault));
    const text = JSON.stringify(fault);
    if (text === this.fault) return;
    this.fault = text;
    showFault(this.form, fault);
    this.offerRetryAfter();
  }

  offerRetryAfter() {
    this.form.elements.retryAfter.disabled = this.form.elements.kind.value !== "unavailable";
  }

  apply(event) {
    event.preventDefault();
    const { least, most } = this.form.elements;
    if (most.value !== "" && most.valueAsNumber < (least.valueAsNumber || 0)) {
      most.focus();
      return announce("The maximum delay is less than the minimum", true);
    }
    if (isIdle(this.form)) {
      this.form.elements.kind.focus();
      return announce("Choose what to send instead of the answer, or enter a delay", true);
    }
    const fault = readFault(this.form);
    this.act(api.setFault(this.id, fault), fault === null ? "No fault" : `Fault: ${faultText(fault)}${this.passed ? ", for answers of the mock" : ""}`);
  }
}

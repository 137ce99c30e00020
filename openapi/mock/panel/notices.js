// What is wrong with the contracts, and what else is to be known.

import { $, h } from "./dom.js";
import { plural } from "./log.js";
import { followed, leave } from "./session.js";

let shown = "";

/** Show why a save is not in force, what is wrong with the examples, and what overrides what is chosen here. */
export function showNotices(contracts, changed) {
  const scenario = followed();
  const shape = JSON.stringify([scenario, ...contracts.map(({ source, error, warnings }) => [source, error, warnings])]);
  if (shape === shown) return;
  shown = shape;
  const errors = contracts.filter(({ error }) => error !== null);
  const warnings = contracts.flatMap((contract) => contract.warnings);
  const left = () => {
    leave();
    changed();
  };
  $("notices").replaceChildren(
    ...(scenario === null
      ? []
      : [
          h(
            "div",
            { class: "notice" },
            "A link has put this browser into the scenario ",
            h("strong", {}, scenario),
            ", whatever is chosen below. ",
            h("button", { click: left }, "Leave it"),
          ),
        ]),
    ...errors.map(({ source, error }) =>
      h("div", { class: "notice bad", role: "alert" }, h("strong", {}, `${source} is not in force; the last good one answers.`), h("p", {}, error)),
    ),
    ...(warnings.length === 0
      ? []
      : [
          h(
            "details",
            { class: "notice warn" },
            h("summary", {}, `${plural(warnings.length, "warning")} about the contract`),
            h("ul", {}, ...warnings.map((warning) => h("li", {}, warning))),
          ),
        ]),
  );
}

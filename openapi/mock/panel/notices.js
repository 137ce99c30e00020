// Notices: errors and warnings of the contracts, and the scenario of a link.

import { $, h } from "./dom.js";
import { plural } from "./log.js";
import { followed, leave } from "./session.js";

let shown = "";

/** Show why a saved file is not in force, the warnings of the contracts, and a link that overrides the choices. */
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
            "A link has selected the scenario ",
            h("strong", {}, scenario),
            " in this browser. It overrides the choices below. ",
            h("button", { click: left }, "Leave it"),
          ),
        ]),
    ...errors.map(({ source, error }) =>
      h("div", { class: "notice bad", role: "alert" }, h("strong", {}, `${source} is invalid; the last valid version stays in force.`), h("p", {}, error)),
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

// The cookies of the mock, which the browser sends with the requests of the panel and of the app: its session, and the
// scenario of a link that it has opened.

import { $ } from "./dom.js";

const NAME = /^[A-Za-z0-9._-]{1,64}$/;

function remember(cookie, value) {
  const rest = "; path=/; samesite=lax";
  document.cookie = value === null ? `${cookie}=; max-age=0${rest}` : `${cookie}=${value}${rest}`;
}

/** The scenario that a link has selected in this browser; null without one. */
export function followed() {
  return /(?:^|; )mock-scenario=([^;]+)/.exec(document.cookie)?.[1] ?? null;
}

/** A note that the scenario of a link overrides a choice for the requests of this browser; "" without such a link. */
export function overridden() {
  const scenario = followed();
  return scenario === null ? "" : `; a link overrides it with ${scenario} in this browser`;
}

/** Leave the scenario of the link. */
export const leave = () => remember("mock-scenario", null);

function invented() {
  const letters = crypto.getRandomValues(new Uint8Array(5));
  return `panel-${Array.from(letters, (value) => (value % 36).toString(36)).join("")}`;
}

export class Session {
  /** `changed` is called with the name of the new session, or null for none. */
  constructor(changed) {
    this.name = null;
    this.changed = changed;
    $("session-on").addEventListener("change", (event) => this.choose(event.target.checked ? invented() : null));
    $("session-name").addEventListener("change", (event) => {
      if (NAME.test(event.target.value)) this.choose(event.target.value);
      else event.target.reportValidity();
    });
    $("session").addEventListener("submit", (event) => event.preventDefault());
  }

  choose(name) {
    remember("mock-session", name);
    this.show(name);
    this.changed(name);
  }

  /** Show the session that the server sees. */
  show(name) {
    this.name = name;
    $("session-on").checked = name !== null;
    $("session-name").hidden = name === null;
    if (document.activeElement !== $("session-name")) $("session-name").value = name ?? "";
  }
}

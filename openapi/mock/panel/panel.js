// The panel: reads and shows the state of the mock, and applies the choices.

import * as api from "./api.js";
import { Choices, chosen } from "./choices.js";
import { Details } from "./details.js";
import { Dialer, OPERATION } from "./dialer.js";
import { $, announce, copy, write } from "./dom.js";
import { listen } from "./live.js";
import { Log } from "./log.js";
import { showNotices } from "./notices.js";
import { Operations } from "./operations.js";
import { Session, followed, leave } from "./session.js";
import { Tryout } from "./tryout.js";

let state = null;
let reading = null;
let stale = false;

const choices = new Choices(act);
const operations = new Operations((id) => {
  choices.select(id, state);
  const operation = state.operations.find((each) => each.id === id);
  if (operation && tryout.element.isConnected) tryout.fill(operation);
});
const log = new Log((number) => details.open(number));
const details = new Details(log);
const dialer = new Dialer((name) => {
  // With all operations selected, the choice is for all: the panel then shows it, and its link can be copied.
  const id = choices.id === null ? null : state.operations.find(isDialer).id;
  act(api.setScenario(id, name), chosen(name));
});
const tryout = new Tryout();
const session = new Session((name) => {
  announce(name === null ? "Choices apply to every client" : `Choices apply to the session ${name}`);
  reconnect();
});

function isDialer({ id, method }) {
  return method === "GET" && (id === OPERATION || id.endsWith(`/${OPERATION}`));
}

function show(next) {
  state = next;
  const titles = state.contracts.map(({ title }) => title).join(", ");
  write($("contract"), titles);
  document.title = `Mock: ${titles}`;
  session.show(state.session);
  showNotices(state.contracts, left);
  operations.update(state);
  choices.update(state);
  const operation = state.operations.find(isDialer);
  const { element } = operation ? dialer : tryout;
  if (!element.isConnected) {
    $("preview-body").replaceChildren(element);
    if (!operation) tryout.fill(null);
  }
  write($("preview-title"), operation ? "Dialer preview" : "Try a request");
  $("preview-refresh").hidden = !operation;
  if (operation) dialer.update(operation);
}

/** Run a call of the API that returns the state, show the state and announce the result. */
async function act(call, done) {
  try {
    show(await call);
    announce(done);
  } catch (error) {
    announce(error.message, true);
    if (state) show(state);
  }
}

/** Read the state, and again if it changed meanwhile. */
function read() {
  stale = true;
  reading ??= (async () => {
    while (stale) {
      stale = false;
      show(await api.state());
    }
  })()
    .catch(() => {})
    .finally(() => (reading = null));
  return reading;
}

function connected(text, kind) {
  write($("connection"), text);
  $("connection").dataset.kind = kind;
}

/** Called when this browser has left the scenario of a link. */
function left() {
  show(state);
  dialer.refresh();
}

const limited = ({ fault }) => fault?.times !== undefined;

const reconnect = listen({
  async opened() {
    connected("Live", "ok");
    log.clear();
    await read();
    log.complete(await api.requests().catch(() => []));
  },
  lost: () => connected("Mock not reachable, trying again…", "bad"),
  async changed() {
    await read();
    // A reset by another client has also emptied the log.
    await log.follow(api.requests).catch(() => {});
  },
  request(request) {
    if (session.name === null || request.session === session.name) log.add(request);
    // A fault with `times` may have ended.
    if (state && (limited(state) || state.operations.some(limited))) read();
  },
});

$("token").addEventListener("submit", async (event) => {
  event.preventDefault();
  try {
    const ttl = $("token-ttl");
    const { token } = await api.token(ttl.value);
    const uncounted = state.auth !== "jwt" && !ttl.selectedOptions[0].defaultSelected;
    await copy(token, uncounted ? "a token (the mock checks its expiry only with --auth jwt)" : "a token");
  } catch (error) {
    announce(error.message, true);
  }
});
$("reset").addEventListener("click", async () => {
  const linked = followed() !== null;
  leave();
  await act(api.reset(), "Restored the state at start");
  if (linked) dialer.refresh();
});
$("requests-clear").addEventListener("click", async () => {
  await api.clearRequests().catch((error) => announce(error.message, true));
});
$("preview-refresh").addEventListener("click", () => dialer.refresh());
document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input, textarea, select, dialog[open]");
  if (event.key !== "/" || typing || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  $("operations-search").focus();
});

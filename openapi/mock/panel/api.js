// The control API of the mock (openapi/mock/control/control.yaml).

async function call(method, path, body) {
  const options = { method, cache: "no-store" };
  if (body !== undefined) {
    options.body = JSON.stringify(body);
    options.headers = { "Content-Type": "application/json" };
  }
  let response;
  try {
    response = await fetch(`/__mock${path}`, options);
  } catch {
    throw new Error("The mock does not answer");
  }
  if (response.status === 204) return null;
  const content = await response.json().catch(() => null);
  if (!response.ok) throw new Error(content?.error ?? `The mock answered with ${response.status}`);
  return content;
}

const query = (parameters) => {
  const given = Object.entries(parameters).filter(([, value]) => value !== null && value !== undefined);
  return given.length ? `?${new URLSearchParams(given)}` : "";
};
// Without `operation`, a choice is for all operations.
const about = (operation) => (operation === null ? {} : { operation });

export const state = () => call("GET", "/state");
export const requests = () => call("GET", "/requests");
export const request = (number) => call("GET", `/requests/${number}`);
export const snippet = (number, as) => call("GET", `/requests/${number}/snippet${query({ as })}`);
export const sample = (operation) => call("GET", `/sample${query({ operation })}`);
export const clearRequests = () => call("DELETE", "/requests");
export const token = (ttl) => call("POST", `/token${query({ ttl })}`);
export const reset = () => call("POST", "/reset");
export const setSource = (operation, source) => call("PUT", "/source", { operation, source });

export const setScenario = (operation, name) =>
  name === null
    ? call("DELETE", `/scenario${query({ operation })}`)
    : call("PUT", "/scenario", { name, ...about(operation) });

export const setFault = (operation, fault) =>
  fault === null ? call("DELETE", `/fault${query({ operation })}`) : call("PUT", "/fault", { fault, ...about(operation) });

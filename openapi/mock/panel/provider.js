// How an app interprets the answer of get_calls_providers. Pure: from an answer to what the app shows.

const NAMES = { twilio: "Twilio", sinch: "Sinch" };

/** An E.164 number in readable groups, for the North American plan; other numbers unchanged. */
export function readable(number) {
  const parts = /^\+1(\d{3})(\d{3})(\d{4})$/.exec(number);
  return parts ? `+1 ${parts.slice(1).join(" ")}` : number;
}

/** The sentence of an error envelope, whose `error` is a string or an object. */
export function message(body, otherwise) {
  const { error } = body ?? {};
  const text = typeof error === "string" ? error : (error?.message ?? error?.code);
  return typeof text === "string" && text !== "" ? text : otherwise;
}

const code = (body) => [body?.code, body?.error?.code].find((value) => typeof value === "string") ?? null;

/**
 * What the dialer shows for an answer `{ status, body, retryAfter }`, where `body` is undefined if it is not JSON, or
 * for a failure `{ failure }`: "offline", "timeout" or "broken-off".
 *
 * `kind` is ready, no-number, empty, signed-out or failed; `action` is that of its button: retry or sign-in.
 */
export function interpret({ status, body, retryAfter, failure }) {
  if (failure === "timeout") return failed("No answer", "The server took too long.");
  if (failure === "broken-off") return failed("Connection lost", "The answer was cut off.");
  if (failure) return failed("No connection", "The server cannot be reached.");
  if (status === 401) {
    const text = message(body, "The token is not accepted.");
    return { kind: "signed-out", title: "Sign in again", text, code: code(body), action: "sign-in" };
  }
  if (status !== 200) {
    const wait = retryAfter ? ` Retry after ${retryAfter} s.` : "";
    return failed("Calling is not available", message(body, `The server answered with ${status}.`) + wait, code(body));
  }
  if (body === null || typeof body !== "object") return failed("Calling is not available", "The answer cannot be read.");
  return available(body);
}

function available({ provider = null, phoneNumber = null }) {
  if (provider === null) {
    return { kind: "empty", title: "No provider configured", text: "No SDK is loaded. Set up Twilio or Sinch to call." };
  }
  const name = NAMES[provider];
  if (!name) return failed("Unknown provider", `There is no SDK for ${JSON.stringify(provider)}.`);
  const title = `${name} SDK would be loaded`;
  if (typeof phoneNumber !== "string") {
    return { kind: "no-number", provider, title, text: `You have no number for ${name}. Calling is off until there is one.` };
  }
  return { kind: "ready", provider, title, text: "calling from", number: readable(phoneNumber) };
}

const failed = (title, text, code = null) => ({ kind: "failed", title, text, code, action: "retry" });

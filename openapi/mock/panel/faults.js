// Faults: conversions between a form, the API and a short text.

const WORDS = {
  hang: "hangs",
  reset: "reset",
  truncate: "truncated",
  malform: "malformed",
  unavailable: "503",
  error: "500",
};

/** A fault as a short text, e.g. "reset · 200–900 ms · 30 % · 3×". */
export function faultText({ kind, delay, share, times, retryAfter }) {
  const range = Array.isArray(delay) ? delay.join("–") : delay;
  return [
    kind && WORDS[kind],
    range && `${range} ms`,
    retryAfter !== undefined && `retry after ${retryAfter} s`,
    share !== undefined && share < 1 && `${Number((share * 100).toFixed(2))} %`,
    times && `${times}×`,
  ]
    .filter(Boolean)
    .join(" · ");
}

/** The fault in a form; null without one. */
export function readFault(form) {
  const number = (name) => (form.elements[name].value === "" ? undefined : form.elements[name].valueAsNumber);
  const kind = form.elements.kind.value || undefined;
  const least = number("least");
  const most = number("most");
  const delay = most === undefined || most === (least ?? 0) ? least || undefined : [least ?? 0, most];
  const share = number("share");
  const fault = { kind, delay, times: number("times") };
  if (kind === "unavailable") fault.retryAfter = number("retryAfter");
  if (share !== undefined && share !== 100) fault.share = share / 100;
  return kind || delay ? Object.fromEntries(Object.entries(fault).filter(([, value]) => value !== undefined)) : null;
}

/** Whether a form limits which requests are hit, but has neither a kind nor a delay. */
export function isIdle(form) {
  const { share, times } = form.elements;
  return readFault(form) === null && `${share.value}${times.value}` !== "";
}

/** Fill a form with a fault. */
export function showFault(form, fault) {
  const { kind, delay, share, times, retryAfter } = fault ?? {};
  const [least, most] = Array.isArray(delay) ? delay : [delay];
  const values = { kind, least, most, share: share === undefined ? share : share * 100, times, retryAfter };
  for (const [name, value] of Object.entries(values)) form.elements[name].value = value ?? "";
}

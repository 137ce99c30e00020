// Elements with text: nothing from a server is parsed as HTML.

export const $ = (id) => document.getElementById(id);

/** An element with attributes and children; a function is an event listener, null and false omit the attribute. */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(name, value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) element.setAttribute(name, value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

/** A drawing of one stroke on a grid of 24. */
export function icon(d) {
  const space = "http://www.w3.org/2000/svg";
  const drawing = document.createElementNS(space, "svg");
  const path = document.createElementNS(space, "path");
  for (const [name, value] of [["viewBox", "0 0 24 24"], ["aria-hidden", "true"], ["class", "icon"]]) {
    drawing.setAttribute(name, value);
  }
  path.setAttribute("d", d);
  drawing.append(path);
  return drawing;
}

/** Set the text of an element if it differs. */
export function write(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

let silence;

/** Announce the result of an action, on the screen and to screen readers. */
export function announce(text, bad = false) {
  const toast = $("toast");
  // Elements behind an open dialog are neither visible nor read out.
  const place = document.querySelector("dialog[open]") ?? document.body;
  if (toast.parentElement !== place) place.append(toast);
  clearTimeout(silence);
  toast.textContent = text;
  toast.className = bad ? "shown bad" : "shown";
  silence = setTimeout(() => toast.classList.remove("shown"), bad ? 8000 : 2500);
}

/** Put text on the clipboard, also if the page was loaded without TLS from another machine. */
export async function copy(text, what) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const area = h("textarea", { class: "offscreen", readonly: true, "aria-hidden": "true" });
    const before = document.activeElement;
    (document.querySelector("dialog[open]") ?? document.body).append(area);
    area.value = text;
    area.select();
    const copied = document.execCommand("copy");
    area.remove();
    before?.focus();
    if (!copied) return announce(`The browser did not allow copying ${what}`, true);
  }
  announce(`Copied ${what}`);
}

/** The element that an arrow key, Home or End moves the focus to in a list; undefined for other keys. */
export function neighbour(event, elements, current) {
  const index = elements.indexOf(current);
  const to = { ArrowDown: index + 1, ArrowUp: index - 1, Home: 0, End: elements.length - 1 }[event.key];
  if (to === undefined || event.ctrlKey || event.metaKey || event.altKey) return undefined;
  event.preventDefault();
  return elements[Math.min(Math.max(to, 0), elements.length - 1)];
}

// Elements: made from plain values. Whatever comes from a server goes in as text, never as markup.

let serial = 0;
const freshId = () => `mcpn-${Date.now().toString(36)}-${(serial += 1)}`;

/** Make an element. `on…` are listeners, `text` is its text, what is false or null is left out. */
function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === false || value === null || value === undefined) continue;
    if (name === "text") element.textContent = value;
    else if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined && child !== ""));
  return element;
}

const button = (label, attributes = {}) => make("button", { type: "button", text: label, ...attributes });

/** A small button with a sign on it, and a name for those who don't see the sign. */
const iconButton = (sign, name, onclick) =>
  make("button", { type: "button", class: "mcpn-icon", "aria-label": name, title: name, onclick },
    make("span", { "aria-hidden": "true", text: sign }));

/** A pill that is on or off. */
function toggle(label, name, onchange) {
  const pill = button(label, { class: "mcpn-pill", "aria-pressed": "false", "aria-label": name, title: name });
  pill.on = () => pill.getAttribute("aria-pressed") === "true";
  pill.set = (on) => pill.setAttribute("aria-pressed", String(on));
  pill.addEventListener("click", () => { pill.set(!pill.on()); onchange(pill.on()); });
  return pill;
}

/** Pills of which one is on; `options` are [value, label]. */
function pills(name, options, chosen, onchange) {
  const group = freshId();
  const box = make("span", { class: "mcpn-pills", role: "radiogroup", "aria-label": name });
  for (const [value, label] of options) {
    const radio = make("input", { type: "radio", name: group, value });
    radio.checked = value === chosen;
    radio.addEventListener("change", () => onchange(value));
    box.append(make("label", { class: "mcpn-pill" }, radio, make("span", { text: label })));
  }
  box.value = () => box.querySelector("input:checked")?.value ?? chosen;
  box.set = (value) => { for (const radio of box.querySelectorAll("input")) radio.checked = radio.value === value; };
  return box;
}

const FOCUSABLE = "input:not([type=hidden]):not(:disabled), select:not(:disabled), textarea:not(:disabled), button:not(:disabled)";
const isShown = (element) => element.offsetParent !== null;
const focusIn = (element) => {
  const all = [...element.querySelectorAll(FOCUSABLE)].filter(isShown);
  (all.find((one) => one.tagName !== "BUTTON") ?? all[0])?.focus();
};

/** Put `text` on the clipboard; returns whether that was allowed. */
async function copied(text, shown) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const range = document.createRange();
    range.selectNodeContents(shown);
    getSelection().removeAllRanges();
    getSelection().addRange(range);
    try { return document.execCommand("copy"); } catch { return false; }
  }
}

/** The address as a URL, where it may be opened at all. */
function webAddress(text) {
  try {
    const url = new URL(text);
    return url.protocol === "https:" || url.protocol === "http:" ? url : null;
  } catch { return null; }
}

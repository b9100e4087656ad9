// Fields that hold others: groups, lists, choices of several, variants.

/** A group with its name, its pills (set, not set, null) and its body. */
function group(field, body, { mode = "value", inList = false, wide = true, onset = null, asks = true } = {}) {
  const element = make("fieldset", { class: `mcpn-group${wide ? " mcpn-wide" : " mcpn-row"}` });
  const { help, faults } = frame(field, () => [element]);
  const options = ["unset", "value", "null"]
    .filter((one) => (one === "value") || (one === "unset" ? !field.required && !inList : field.nullable))
    .map((one) => [one, LABEL_OF_VALUE[one]]);
  const state = asks && options.length > 1 ? pills(`${nameOf(field)} is`, options, mode, (now) => { show(); if (now === "value") { onset?.(); focusIn(body); } }) : null;
  const legend = make("legend", { class: "mcpn-legend", title: field.name || null },
    make("span", { class: "mcpn-name", text: nameOf(field) }), mark(field));
  const head = state ? make("div", { class: "mcpn-state" }, state) : null;
  const inner = make("div", { class: "mcpn-body" }, help, body);
  element.append(...[legend, head, make("div", { class: "mcpn-cell" }, inner, faults)].filter(Boolean));
  const show = () => {
    inner.hidden = state !== null && state.value() !== "value";
    head?.classList.toggle("mcpn-aside", !inner.hidden); // what is set needs no words
  };
  show();
  element.addEventListener("input", () => { if (faults.children.length) faults.clear(); });
  return {
    element, faults,
    mode: () => (state === null ? "value" : state.value()),
  };
}

/** What a group sends: nothing, null, or what `value` gives. */
const stated = (built, value) => {
  const mode = built.mode();
  if (mode === "unset") return undefined;
  return mode === "null" ? { null: true } : value();
};

const modeOf = (field, entry, inList) => {
  if (entry?.null) return "null";
  return entry !== undefined || field.required || inList ? "value" : "unset";
};

/** Put a fault at one of `parts` by the first step of its path, else on the group itself. */
const passOn = (built, find) => (path, message) => {
  const part = path.length ? find(path[0]) : undefined;
  if (part) return part.show(path.slice(1), message);
  built.faults.add(path.length ? `${path.join(".")}: ${message}` : message);
};

/** Read what cannot be left out: an item, a property somebody added. */
const filled = (node, problems) => {
  const entry = node.read(problems);
  if (entry === undefined) problems.push(() => node.show([], "is required"));
  return entry ?? null;
};

/** Several of a few: check boxes. */
function choices(field, entry, { inList = false } = {}) {
  const chosen = new Set(entry?.options ?? []);
  const boxes = field.options.map((option, index) => {
    const box = make("input", { type: "checkbox", class: "mcpn-check" });
    box.checked = chosen.has(index);
    return [box, make("label", { class: "mcpn-option" }, box, make("span", {}, make("span", { text: option.label }),
      option.help ? make("span", { class: "mcpn-help", text: option.help }) : null))];
  });
  const body = make("div", { class: "mcpn-options" }, ...boxes.map(([, label]) => label));
  const built = group(field, body, { mode: modeOf(field, entry, inList), inList, wide: false });
  const read = () => stated(built, () => ({ options: boxes.flatMap(([box], index) => (box.checked ? [index] : [])) }));
  return { element: built.element, read, show: passOn(built, () => undefined) };
}

const COMPACT = new Set(["text", "integer", "number", "boolean", "choice", "null"]);

/** Any number of items, which can be added, removed and moved. */
function list(field, entry, { inList = false, announce } = {}) {
  const items = [];
  const flat = COMPACT.has(field.item.kind) && !field.item.long;
  const what = field.item.label && field.item.label !== "item" ? field.item.label : "item";
  const body = make("ol", { class: `mcpn-items${flat ? " mcpn-flat" : ""}` });
  const none = make("div", { class: "mcpn-none mcpn-nothing", text: "no items" });
  const add = button(`Add ${what}`, { class: "mcpn-button mcpn-add", onclick: () => { insert(undefined); focusIn(items.at(-1).line); announce(`${what} ${items.length} added`); } });
  const built = group(field, make("div", {}, body, none, add), { mode: modeOf(field, entry, inList), inList, wide: !flat, onset: () => { if (!items.length) insert(undefined); } });

  function insert(value) {
    const node = build({ ...field.item, label: "", required: false }, value ?? field.item.entry, { inList: true, announce });
    const item = { node, line: make("li", { class: "mcpn-item" }) };
    item.up = iconButton("↑", "", () => move(item, -1));
    item.down = iconButton("↓", "", () => move(item, 1));
    item.gone = iconButton("✕", "", () => remove(item));
    item.line.append(make("div", { class: "mcpn-itembody" }, node.element), make("div", { class: "mcpn-tools" }, item.up, item.down, item.gone));
    items.push(item);
    body.append(item.line);
    number();
  }
  function move(item, by) {
    const from = items.indexOf(item);
    items.splice(from, 1);
    items.splice(from + by, 0, item);
    body.insertBefore(item.line, items[from + by + 1]?.line ?? null);
    number();
    (by < 0 ? item.up : item.down).focus();
    if (document.activeElement !== item.up && document.activeElement !== item.down) (by < 0 ? item.down : item.up).focus();
    announce(`${what} moved to place ${from + by + 1}`);
  }
  function remove(item) {
    const at = items.indexOf(item);
    items.splice(at, 1);
    item.line.remove();
    number();
    const next = items[Math.min(at, items.length - 1)];
    if (next) next.gone.focus(); else add.focus();
    announce(`${what} ${at + 1} removed`);
  }
  function number() {
    items.forEach(({ line, up, down, gone, node }, index) => {
      for (const [tool, verb] of [[up, "move up"], [down, "move down"], [gone, "remove"]]) {
        const name = verb === "remove" ? `remove ${what} ${index + 1}` : `move ${what} ${index + 1} ${verb.slice(5)}`;
        tool.setAttribute("aria-label", name);
        tool.title = name;
      }
      up.disabled = index === 0;
      down.disabled = index === items.length - 1;
      up.hidden = down.hidden = items.length < 2;
      const label = `${nameOf(field)} ${index + 1}`;
      const title = node.element.querySelector(":scope > legend .mcpn-name, :scope > label > span");
      if (title) title.textContent = flat ? label : `${what} ${index + 1}`;
      line.setAttribute("aria-label", label);
    });
    none.hidden = items.length > 0;
    add.disabled = field.max_items !== undefined && items.length >= field.max_items;
  }

  const first = entry?.items ?? Array.from({ length: Math.min(field.min_items ?? 0, 20) }, () => undefined);
  first.forEach((value) => insert(value ?? undefined));
  number();
  const read = (problems) => stated(built, () => ({ items: items.map(({ node }) => filled(node, problems)) }));
  return { element: built.element, read, show: passOn(built, (index) => items[index]?.node) };
}

function tuple(field, entry, { inList = false, announce } = {}) {
  const parts = field.fields.map((part, index) => build(part, entry ? entry.items?.[index] ?? undefined : part.entry, { announce }));
  const body = make("div", { class: "mcpn-fields" }, ...parts.map((part) => part.element));
  const built = group(field, body, { mode: modeOf(field, entry, inList), inList });
  const read = (problems) => stated(built, () => ({ items: parts.map((part) => filled(part, problems)) }));
  return { element: built.element, read, show: passOn(built, (index) => parts[index]) };
}

const own = (object, name) => (object && Object.hasOwn(object, name) ? object[name] : undefined);

/** The fields of an object without a frame: the whole form is such a one. */
function members(field, entry, { announce }) {
  const parts = new Map();
  const body = make("div", { class: "mcpn-fields" });
  for (const part of field.fields) {
    const node = build(part, entry ? own(entry.fields, part.name) : part.entry, { announce });
    parts.set(part.name, node);
    body.append(node.element);
  }
  const more = field.extra ? extras(field, entry?.extra ?? [], { announce }) : null;
  if (more) body.append(more.element);
  const read = (problems) => {
    const fields = Object.create(null); // a property may be called __proto__
    for (const [name, part] of parts) {
      const value = part.read(problems);
      if (value !== undefined) fields[name] = value;
    }
    return { fields, extra: more ? more.read(problems) : [] };
  };
  return { body, read, find: (name) => parts.get(name) ?? more?.find(name) };
}

function object(field, entry, { inList = false, announce } = {}) {
  const inner = members(field, entry, { announce });
  const built = group(field, inner.body, { mode: modeOf(field, entry, inList), inList });
  return { element: built.element, read: (problems) => stated(built, () => inner.read(problems)), show: passOn(built, inner.find) };
}

/** Properties with names of one's own. */
function extras(field, entries, { announce }) {
  const rows = [];
  const body = make("div", { class: "mcpn-extras" });
  const add = button("Add property", { class: "mcpn-button mcpn-add", onclick: () => { insert("", undefined); rows.at(-1).key.focus(); } });
  const element = make("div", { class: "mcpn-more" }, body, add);

  function insert(name, value) {
    const key = make("input", { class: "mcpn-input", type: "text", "aria-label": "name of the property", placeholder: "name", autocomplete: "off", spellcheck: "false" });
    key.value = name;
    const one = { key, node: build({ ...field.extra, required: false, label: "value" }, value, { inList: true, announce }) };
    const gone = iconButton("✕", "remove this property", () => { rows.splice(rows.indexOf(one), 1); line.remove(); add.focus(); announce("property removed"); });
    const line = make("div", { class: "mcpn-extra" }, key, make("div", { class: "mcpn-itembody" }, one.node.element), gone);
    rows.push(one);
    body.append(line);
  }

  entries.forEach(([name, value]) => insert(name, value));
  return {
    element,
    read: (problems) => rows.map(({ key, node }) => [key.value, filled(node, problems)]),
    find: (name) => rows.find(({ key }) => key.value === name)?.node,
  };
}

/** One of several shapes: a select, and the fields of the chosen one. */
function variants(field, entry, { inList = false, announce } = {}) {
  const chosen = chosenOf(entry, "variant");
  const select = selectOf(field, field.options.map((option) => option.label), chosen === "unset" && (field.required || inList) ? "0" : chosen, inList);
  select.setAttribute("aria-label", `kind of ${nameOf(field)}`);
  const made = new Map();
  const place = make("div", { class: "mcpn-variant" });
  const current = () => {
    const index = Number(select.value);
    if (!Number.isInteger(index) || !field.options[index]) return null;
    if (!made.has(index)) {
      const part = { ...field.options[index].field, label: field.options[index].field.label || nameOf(field), required: false };
      made.set(index, build(part, entry?.variant === index ? entry.entry : part.entry, { inList: true, announce }));
    }
    return made.get(index);
  };
  const show = () => place.replaceChildren(...[current()?.element].filter(Boolean));
  select.addEventListener("change", show);
  show();
  const built = group(field, make("div", { class: "mcpn-varied" }, select, place), { inList, wide: false, asks: false });
  const read = (problems) => {
    if (select.value === "null") return { null: true };
    const part = current();
    return part ? { variant: Number(select.value), entry: filled(part, problems) } : undefined;
  };
  const here = passOn(built, () => undefined);
  return { element: built.element, read, show: (path, message) => (current()?.show ?? here)(path, message) };
}

const KINDS = { boolean, choice, choices, list, object, tuple, variants, null: nullOnly };

/** Build the field that `field` describes, filled with `entry`. */
function build(field, entry, options) {
  return typeof entry?.json === "string" ? asJson(field, entry, options) : (KINDS[field.kind] ?? typed)(field, entry, options);
}

// Fields with one control each. A field is {element, read(problems), show(path, message)}:
// `read` returns its entry, or undefined where it is not set, and adds to `problems` a function
// for each fault that only the page can see; `show` puts a fault beside it. The rest Python judges.

const LABEL_OF_VALUE = { unset: "not set", value: "set", null: "null" };

/** The words below a control: the server's help, and what the schema bounds. */
function helpOf(field) {
  return [field.help, hintOf(field)].filter(Boolean).join(field.help?.includes("\n") ? "\n" : " · ");
}

function hintOf(field) {
  const above = field.exclusive_minimum, below = field.exclusive_maximum;
  const low = field.minimum, high = field.maximum;
  const hints = [];
  if (above !== undefined) hints.push(`above ${above}`);
  if (low !== undefined && high !== undefined) hints.push(`${low} to ${high}`);
  else if (low !== undefined) hints.push(`at least ${low}`);
  else if (high !== undefined) hints.push(`at most ${high}`);
  if (below !== undefined) hints.push(`below ${below}`);
  if (field.step !== undefined && !(field.kind === "integer" && field.step === "1")) hints.push(`steps of ${field.step}`);
  if (field.min_length > 1) hints.push(`at least ${field.min_length} characters`);
  if (field.max_length !== undefined) hints.push(`at most ${field.max_length} characters`);
  if (field.min_items !== undefined && field.min_items > 0) hints.push(`at least ${field.min_items}`);
  if (field.max_items !== undefined) hints.push(`at most ${field.max_items}`);
  return hints.join(", ");
}

const mark = (field) => (field.required ? make("span", { class: "mcpn-mark", "aria-hidden": "true", text: "*" }) : null);
const nameOf = (field) => field.label || field.name || "value";

/** What every field has: help, a place for faults, and the names that tie them to the controls. */
function frame(field, controls) {
  const words = helpOf(field);
  const help = words ? make("div", { class: "mcpn-help", id: freshId(), text: words }) : null;
  const faults = make("div", { class: "mcpn-faults" });
  const describe = (ids) => {
    const all = [help?.id, ...ids].filter(Boolean).join(" ");
    for (const control of controls()) {
      if (all) control.setAttribute("aria-describedby", all);
      else control.removeAttribute("aria-describedby");
      if (ids.length) control.setAttribute("aria-invalid", "true");
      else control.removeAttribute("aria-invalid");
    }
  };
  faults.clear = () => { faults.replaceChildren(); describe([]); };
  faults.add = (message) => {
    faults.append(make("div", { class: "mcpn-fault", role: "alert", id: freshId(), text: message }));
    describe([...faults.children].map((fault) => fault.id));
  };
  describe([]);
  return { help, faults };
}

/** A row: label, control, help, faults. */
function row(field, control, input, { inList = false, wide = false } = {}) {
  input.id ||= freshId();
  const { help, faults } = frame(field, () => [input]);
  const label = make("label", { class: inList ? "mcpn-unseen" : "mcpn-label", for: input.id, title: field.name || null },
    make("span", { text: nameOf(field) }), mark(field));
  const cell = make("div", { class: "mcpn-cell" }, control, help, faults);
  const element = make("div", { class: `mcpn-row${inList ? " mcpn-bare" : ""}${wide ? " mcpn-wide" : ""}` }, label, cell);
  if (field.required) input.setAttribute("aria-required", "true");
  element.addEventListener("input", (event) => { if (faults.children.length && event.target === input) faults.clear(); });
  return { element, faults };
}

const leaf = (built, read) => ({
  element: built.element,
  read,
  show: (_path, message) => built.faults.add(message),
});

const NATIVE = { date: "date", time: "time", "date-time": "datetime-local" };
const PLACEHOLDER = { email: "name@example.org", uri: "https://" };

function textControl(field, text) {
  if (field.kind === "json") return textArea(text ?? "", "mcpn-input mcpn-code", 3);
  if (field.long || text?.includes("\n")) return textArea(text ?? "", "mcpn-input", 3);
  const numeric = { integer: "numeric", number: "decimal" }[field.kind];
  const input = make("input", {
    class: `mcpn-input${numeric ? " mcpn-number" : ""}`,
    type: field.secret ? "password" : NATIVE[field.format] ?? "text",
    inputmode: numeric ?? { email: "email", uri: "url" }[field.format],
    step: NATIVE[field.format] && field.format !== "date" ? "1" : null,
    autocomplete: field.secret ? "new-password" : "off", spellcheck: "false",
  });
  if (field.min_length > 0 || field.max_length !== undefined) input.setAttribute("spellcheck", "true");
  input.value = text ?? "";
  if (text && input.value !== text) { input.type = "text"; input.value = text; } // what a date picker cannot hold
  return input;
}

function textArea(text, name, rows) {
  const area = make("textarea", { class: name, rows, spellcheck: String(!name.includes("code")), autocomplete: "off" });
  area.value = text;
  const grow = () => { area.style.height = "auto"; area.style.height = `${Math.min(area.scrollHeight + 2, 420)}px`; };
  area.addEventListener("input", grow);
  if (text) requestAnimationFrame(grow);
  return area;
}

/** Text, numbers, dates and JSON: what is typed goes to Python as it is. */
function typed(field, entry, { inList = false } = {}) {
  const input = textControl(field, entry?.text);
  const required = field.required || inList;
  const parts = [input];
  const placeholder = () => {
    if (nothing?.on()) return "null";
    if (empty?.on()) return "empty text";
    return required ? PLACEHOLDER[field.format] ?? "" : "not set";
  };
  const show = () => {
    input.disabled = Boolean(nothing?.on());
    input.placeholder = placeholder();
    input.classList.toggle("mcpn-none", input.disabled);
    if (empty) empty.hidden = input.value !== "" || input.disabled;
  };
  const empty = field.kind === "text" && !required && !NATIVE[field.format]
    ? toggle("empty", `send ${nameOf(field)} as empty text`, () => show()) : null;
  const nothing = field.nullable ? toggle("null", `send ${nameOf(field)} as null`, () => show()) : null;
  nothing?.set(entry?.null === true);
  empty?.set(entry?.text === "");
  if (field.secret) parts.push(toggle("show", `show ${nameOf(field)}`, (on) => { input.type = on ? "text" : "password"; }));
  const aside = [...parts.splice(1), empty, nothing].filter(Boolean);
  if (aside.length) parts.push(make("span", { class: "mcpn-aside" }, ...aside));
  input.addEventListener("input", () => { empty?.set(false); show(); });
  show();
  const built = row(field, make("div", { class: "mcpn-control" }, ...parts), input,
    { inList, wide: !inList && field.kind === "json" });
  return leaf(built, (problems) => {
    if (nothing?.on()) return { null: true };
    if (input.validity.badInput) problems.push(() => built.faults.add("is not complete"));
    if (input.value !== "") return { text: input.value };
    return required || empty?.on() ? { text: "" } : undefined;
  });
}

/** A value that the field itself cannot hold: as JSON. */
function asJson(field, entry, options) {
  const held = typed({ ...field, kind: "json", secret: false }, { text: entry.json }, options);
  const read = (problems) => {
    const said = held.read(problems);
    return said?.text === undefined ? said : { json: said.text };
  };
  return { ...held, read };
}

/** A select over `options`; before them what stands for no value. Returns [select, add]. */
function selectOf(field, labels, chosen, inList) {
  const select = make("select", { class: "mcpn-input mcpn-select" });
  const add = (value, label, name) => select.append(make("option", { value, text: label, class: name }));
  if (!field.required && !inList) add("unset", "not set", "mcpn-none");
  else if (chosen === "unset") add("unset", "choose…", "mcpn-none");
  labels.forEach((label, index) => add(String(index), label));
  if (field.nullable) add("null", "null", "mcpn-none");
  select.value = chosen;
  const dim = () => select.classList.toggle("mcpn-none", !/^\d+$/.test(select.value));
  select.addEventListener("change", dim);
  dim();
  return select;
}

const chosenOf = (entry, key) => {
  if (entry?.null) return "null";
  return entry && entry[key] !== undefined ? String(entry[key]) : "unset";
};

function choice(field, entry, { inList = false } = {}) {
  let chosen = chosenOf(entry, "option");
  if (chosen === "unset" && field.required && !field.nullable && field.options.length === 1) chosen = "0";
  const select = selectOf(field, field.options.map((option) => option.label), chosen, inList);
  const about = make("div", { class: "mcpn-help" });
  const explain = () => { about.textContent = field.options[Number(select.value)]?.help ?? ""; };
  select.addEventListener("change", explain);
  explain();
  const built = row(field, make("div", { class: "mcpn-control mcpn-stack" }, select, about), select, { inList });
  return leaf(built, () => {
    if (select.value === "null") return { null: true };
    return select.value === "unset" ? undefined : { option: Number(select.value) };
  });
}

function boolean(field, entry, { inList = false } = {}) {
  const sure = (field.required || inList || entry?.on !== undefined) && !field.nullable;
  if (!sure) {
    const options = [{ label: "yes" }, { label: "no" }];
    const option = entry?.on === undefined ? entry : { option: entry.on ? 0 : 1 };
    const asked = choice({ ...field, options }, option, { inList });
    const read = () => {
      const said = asked.read();
      return said?.option === undefined ? said : { on: said.option === 0 };
    };
    return { ...asked, read };
  }
  const box = make("input", { type: "checkbox", class: "mcpn-check" });
  box.checked = entry?.on === true;
  const built = row(field, make("div", { class: "mcpn-control mcpn-checkline" }, box), box, { inList });
  built.element.classList.add("mcpn-boolean");
  return leaf(built, () => ({ on: box.checked }));
}

/** Only null is allowed. */
function nullOnly(field, entry, { inList = false } = {}) {
  const optional = !field.required && !inList;
  const box = make("input", { type: "checkbox", class: "mcpn-check" });
  box.checked = !optional || entry?.null === true;
  box.disabled = !optional;
  const built = row(field, make("div", { class: "mcpn-control mcpn-checkline" }, box, make("span", { class: "mcpn-none", text: "null" })), box, { inList });
  return leaf(built, () => (box.checked ? { null: true } : undefined));
}

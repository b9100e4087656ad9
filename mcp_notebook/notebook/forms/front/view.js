// A form: what is asked, the fields, the buttons, and what came of it.

const FOLDED_LINES = 6, FOLDED_LENGTH = 480;

/** Plain text in its own lines; what is long is folded. */
function prose(text) {
  if (!text) return null;
  const words = make("div", { class: "mcpn-prose", text });
  if (text.length <= FOLDED_LENGTH && text.split("\n").length <= FOLDED_LINES) return words;
  words.classList.add("mcpn-folded");
  const more = button("show all", { class: "mcpn-link", "aria-expanded": "false", onclick: () => {
    const folded = words.classList.toggle("mcpn-folded");
    more.textContent = folded ? "show all" : "show less";
    more.setAttribute("aria-expanded", String(!folded));
  } });
  return make("div", {}, words, more);
}

const tagsOf = (tags) => make("span", { class: "mcpn-tags" }, ...(tags ?? []).map((one) =>
  make("span", { class: `mcpn-tag mcpn-${one.look ?? "plain"}`, text: one.label, title: one.help ?? null })));

/** An address in full, the host standing out, and a link where it may be opened. */
function addressOf(text) {
  if (!text) return null;
  const url = webAddress(text);
  const code = make("code", { class: "mcpn-address" });
  const at = url ? text.toLowerCase().indexOf(url.host) : -1;
  if (at < 0) code.textContent = text;
  else code.append(text.slice(0, at), make("b", { text: text.slice(at, at + url.host.length) }), text.slice(at + url.host.length));
  if (!url) return make("div", { class: "mcpn-where" }, code, make("div", { class: "mcpn-fault", text: "not a web address: it cannot be opened from here" }));
  return make("div", { class: "mcpn-where" }, code);
}

/** Build the form of `state`; `tell` sends a message to Python. */
function formView(state, tell) {
  const root = make("div", { class: `mcpn-form${state.compact ? " mcpn-compact" : ""}`, role: "form", "aria-label": state.title || "form" });
  const said = make("div", { class: "mcpn-unseen", "aria-live": "polite" });
  const announce = (text) => { said.textContent = text; };
  const place = make("div", { class: "mcpn-place" });
  const faults = make("div", { class: "mcpn-faults" });
  const line = make("div", { class: "mcpn-line", hidden: true });
  const asked = make("div", { class: "mcpn-ask", hidden: true });
  const foot = make("div", { class: "mcpn-foot" });
  const end = make("div", { class: "mcpn-end", hidden: true });
  let inner = null, busy = false;

  const fill = () => {
    faults.replaceChildren();
    inner = state.spec ? members(state.spec, state.spec.entry, { announce }) : null;
    const about = inner && !state.message && state.spec.help ? make("div", { class: "mcpn-help", text: state.spec.help }) : null;
    place.replaceChildren(...[about, inner?.body].filter(Boolean));
    place.hidden = !inner || !inner.body.children.length;
  };
  const clear = () => {
    faults.replaceChildren();
    for (const one of place.querySelectorAll(".mcpn-faults")) one.clear?.();
  };
  const show = (all) => {
    clear();
    line.hidden = true;
    for (const { path, message } of all) {
      const part = path.length ? inner?.find(path[0]) : null;
      if (part) part.show(path.slice(1), message);
      else faults.append(make("div", { class: "mcpn-fault", role: "alert", text: path.length ? `${path.join(".")}: ${message}` : message }));
    }
    focusFirst();
  };
  const focusFirst = () => {
    const odd = place.querySelector("[aria-invalid=true]");
    if (odd?.matches("fieldset")) focusIn(odd);
    else (odd ?? buttons[0]?.[1])?.focus();
  };
  const press = (name) => {
    clear();
    asked.hidden = true;
    foot.hidden = false;
    const problems = [];
    const entry = inner ? inner.read(problems) : { fields: {}, extra: [] };
    if (problems.length) {
      for (const show of problems) show();
      focusFirst();
      return;
    }
    tell({ type: "button", name, entry });
  };
  const buttons = (state.buttons ?? []).map((one) => {
    const url = one.look === "primary" && state.address ? webAddress(state.address) : null;
    const look = { class: `mcpn-button mcpn-${one.look ?? "plain"}`, title: one.help ?? null };
    const element = url ? make("a", { ...look, href: url.href, target: "_blank", rel: "noopener noreferrer", text: one.label }) : button(one.label, look);
    element.addEventListener("click", () => {
      if (one.act === "reset") { fill(); line.hidden = true; announce("reset"); } else press(one.name);
    });
    return [one, element];
  });
  const settle = () => {
    for (const [one, element] of buttons) element.disabled = one.when === "always" ? false : busy !== (one.when === "busy");
    root.setAttribute("aria-busy", String(busy));
  };
  const submit = () => buttons.find(([one]) => one.look === "primary")?.[1].click();

  const ask = ({ text, name, label, back }) => {
    const words = make("div", { class: "mcpn-prose", id: freshId(), text });
    const goBack = button(back ?? "Back", { class: "mcpn-button mcpn-plain", onclick: () => { asked.hidden = true; foot.hidden = false; buttons[0]?.[1].focus(); } });
    const goOn = button(label, { class: "mcpn-button mcpn-danger", onclick: () => press(name) });
    asked.replaceChildren(words, make("div", { class: "mcpn-buttons" }, goOn, goBack));
    asked.setAttribute("role", "alertdialog");
    asked.setAttribute("aria-labelledby", words.id);
    asked.hidden = false;
    foot.hidden = true;
    goBack.focus();
  };
  const showLine = async (text) => {
    const code = make("pre", { class: "mcpn-code", tabindex: "0", text });
    const done = make("span", { class: "mcpn-help", "aria-live": "polite" });
    const copy = async () => { done.textContent = (await copied(text, code)) ? "copied" : "select it and copy"; };
    line.replaceChildren(code, make("div", { class: "mcpn-buttons" }, button("Copy", { class: "mcpn-button mcpn-plain", onclick: copy }), done));
    line.hidden = false;
    await copy();
  };

  root.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.isComposing && !event.shiftKey && !event.altKey && asked.hidden) {
      const everywhere = event.ctrlKey || event.metaKey;
      if (everywhere || (event.target.matches("input:not([type=checkbox])"))) {
        event.preventDefault();
        submit();
      }
    }
  });
  fill();
  const title = state.title ? make("div", { class: "mcpn-title", role: "heading", "aria-level": "3", text: state.title }) : null;
  const subtitle = state.subtitle ? make("code", { class: "mcpn-subtitle", text: state.subtitle }) : null;
  const left = buttons.filter(([one]) => one.look !== "quiet").map(([, element]) => element);
  const right = buttons.filter(([one]) => one.look === "quiet").map(([, element]) => element);
  foot.append(make("div", { class: "mcpn-buttons" }, ...left), make("div", { class: "mcpn-buttons" }, ...right));
  root.append(...[
    title || state.tags?.length ? make("div", { class: "mcpn-head" }, title, subtitle, tagsOf(state.tags)) : null,
    prose(state.message), addressOf(state.address), place, faults, asked, foot, line, end, said,
  ].filter(Boolean));
  settle();

  return {
    element: root,
    focus: () => focusIn(place.hidden ? foot : place),
    hear: (message) => {
      if (message.type === "faults") show(message.faults);
      if (message.type === "line") showLine(message.text);
      if (message.type === "ask") ask(message);
    },
    live: (now) => {
      busy = Boolean(now.busy);
      settle();
      if (typeof now.closed !== "string" || !end.hidden) return;
      for (const secret of root.querySelectorAll("input[type=password]")) secret.value = "";
      place.inert = true;
      foot.hidden = asked.hidden = line.hidden = true;
      end.hidden = false;
      root.classList.add("mcpn-closed");
      end.textContent = now.closed;
    },
  };
}

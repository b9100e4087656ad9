// The tools of a server: search them, pick one, see its form beside them.

/** Build the list of `state`; `tell` sends a message to Python. */
function toolsView(state, tell) {
  const listId = freshId();
  const search = make("input", {
    class: "mcpn-input mcpn-search", type: "search", placeholder: `Search ${state.tools.length} tools`, role: "combobox",
    "aria-label": "search tools", "aria-controls": listId, "aria-expanded": "true", "aria-autocomplete": "list", autocomplete: "off", spellcheck: "false",
  });
  const count = make("div", { class: "mcpn-help", "aria-live": "polite" });
  const list = make("div", { class: "mcpn-list", id: listId, role: "listbox", "aria-label": "tools" });
  const panel = make("div", { class: "mcpn-panel", hidden: true });
  const root = make("div", { class: "mcpn-server" });
  const rows = state.tools.map((tool) => {
    const element = make("div", { class: "mcpn-tool", role: "option", id: freshId(), "aria-selected": "false", onclick: () => pick(row) },
      make("div", { class: "mcpn-toolname" }, make("code", { text: tool.label }), tool.title && tool.title !== tool.label ? make("span", { class: "mcpn-tooltitle", text: tool.title }) : null, tagsOf(tool.tags)),
      tool.help ? make("div", { class: "mcpn-help mcpn-clip", text: tool.help }) : null);
    const row = { tool, element, words: `${tool.label} ${tool.title ?? ""} ${tool.help ?? ""}`.toLowerCase() };
    return row;
  });
  let active = null, picked = null, form = null, live = {};

  const visible = () => rows.filter(({ element }) => !element.hidden);
  const point = (row) => {
    active?.element.classList.remove("mcpn-active");
    active = row ?? null;
    active?.element.classList.add("mcpn-active");
    active?.element.scrollIntoView({ block: "nearest" });
    if (active) search.setAttribute("aria-activedescendant", active.element.id);
    else search.removeAttribute("aria-activedescendant");
  };
  const filter = () => {
    const wanted = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    for (const { element, words } of rows) element.hidden = !wanted.every((word) => words.includes(word));
    const found = visible();
    count.textContent = wanted.length ? (found.length ? `${found.length} of ${rows.length}` : "no tool matches") : "";
    point(wanted.length ? found[0] : null);
  };
  const pick = (row) => {
    for (const { element } of rows) element.setAttribute("aria-selected", String(element === row.element));
    point(row);
    picked = row.tool.name;
    tell({ type: "pick", tool: picked });
  };
  search.addEventListener("input", filter);
  search.addEventListener("keydown", (event) => {
    const found = visible();
    const at = found.indexOf(active);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, PageDown: at + 8, PageUp: at - 8 }[event.key];
    if (to !== undefined && found.length) {
      event.preventDefault();
      point(found[Math.max(0, Math.min(found.length - 1, to))]);
    }
    if (event.key === "Enter" && active) { event.preventDefault(); pick(active); }
    if (event.key === "Escape" && search.value) { search.value = ""; filter(); }
  });
  const back = button("‹ all tools", { class: "mcpn-link mcpn-back", onclick: () => { root.classList.remove("mcpn-picked"); search.focus(); } });
  const show = (shown, focus) => {
    form = formView(shown.state, (message) => tell({ ...message, tool: shown.tool }));
    form.live(live);
    panel.replaceChildren(back, form.element);
    panel.hidden = false;
    root.classList.add("mcpn-picked");
    if (focus) form.focus();
  };
  list.append(...rows.map(({ element }) => element));
  root.append(
    make("div", { class: "mcpn-side" }, make("div", { class: "mcpn-head" }, make("div", { class: "mcpn-title", role: "heading", "aria-level": "3", text: state.title })), search, count, list),
    panel);
  let last = null;
  return {
    element: root,
    focus: () => search.focus(),
    hear: (message) => form?.hear(message),
    live: (now) => {
      live = now;
      if (now.show && now.show.serial !== last) {
        last = now.show.serial;
        if (picked === null || picked === now.show.tool) show(now.show, picked !== null);
      }
      form?.live(now);
    },
  };
}

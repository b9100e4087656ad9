// What anywidget calls: draw the model's state, and carry messages both ways.

const messageId = () => `${Date.now().toString(36)}-${Math.random().toString(36).slice(2)}`;

function render({ model, el }) {
  const tell = (message) => model.send({ ...message, id: messageId() });
  const state = model.get("state");
  const view = (state.view === "tools" ? toolsView : formView)(state, tell);
  el.classList.add("mcpn-root", "mathjax_ignore", "tex2jax_ignore");
  // The front end's shortcuts are not for what is typed here: "d d" would delete the cell. Saving still works.
  for (const kind of ["keydown", "keypress", "keyup"]) {
    el.addEventListener(kind, (event) => {
      if (!((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "s")) event.stopPropagation();
    });
  }
  const hear = (message) => view.hear(message);
  const live = () => view.live(model.get("live"));
  model.on("msg:custom", hear);
  model.on("change:live", live);
  el.append(view.element);
  live();
  tell({ type: "ready" });
  return () => {
    model.off("msg:custom", hear);
    model.off("change:live", live);
  };
}

export default { render };

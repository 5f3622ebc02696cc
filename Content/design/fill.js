// A form that is being filled in: kept as it is typed, and what is closed or worked out follows at once. The rules of the
// form are the server's; without this file its buttons do the same.
(() => {
  "use strict";
  const form = document.querySelector("form[data-fill]");
  if (!form) return;
  const query = new URLSearchParams(location.search);

  // One question a page on a phone, the whole form on a desk; whoever chose keeps their way.
  const one = document.querySelector("a[data-one]");
  if (one && !query.has("one") && !query.has("whole") && !document.querySelector("[data-errors]")
    && matchMedia("(max-width: 640px)").matches) {
    location.replace(one.href);
    return;
  }

  const place = (id) => {
    const found = document.getElementById(id);
    return found && (found.closest(".field") || found);
  };
  let shut = [];
  const close = (ids) => {
    [...shut, ...ids].forEach((id) => {
      [id, id + ".unit", id + ".other"].map(place).forEach((field) => { if (field) field.hidden = ids.includes(id); });
    });
    shut = ids;
  };
  close((form.dataset.shut || "").split(" ").filter(Boolean));

  const state = document.createElement("p");
  state.className = "soft";
  state.setAttribute("role", "status");
  form.append(state);

  let waiting = 0;
  let turn = 0;
  let leaving = false;
  let queue = Promise.resolve();
  const keep = async () => {
    const mine = ++turn;
    const body = new URLSearchParams();
    new FormData(form).forEach((value, name) => { if (typeof value === "string") body.append(name, value); });
    body.set("do", "typing");
    try {
      const answer = await fetch(form.action, { method: "POST", body, credentials: "same-origin", redirect: "error" });
      if (!answer.ok || leaving) return;
      const told = await answer.json();
      if (told.conflict) { state.textContent = "Somebody else has answered the same. Press Keep as draft to see both."; return; }
      if (told.version) {
        let version = form.querySelector("input[name=version]");
        if (!version) {
          version = document.createElement("input");
          version.type = "hidden";
          version.name = "version";
          form.prepend(version);
        }
        version.value = told.version;
        const id = form.querySelector("input[name=id]");
        if (id) {
          query.delete("from");
          query.set("draft", id.value);
          history.replaceState(null, "", location.pathname + "?" + query);
        }
      }
      // What was answered elsewhere; what has no field on this page is shown by opening it again.
      let missing = false;
      Object.entries(told.fill || {}).forEach(([name, values]) => {
        const fields = [...form.elements].filter((field) => field.name === name);
        if (fields.length === 0 || (fields[0].type === "hidden" && values.length !== fields.length) || (values.length > fields.length && !["radio", "checkbox"].includes(fields[0].type))) missing = true;
        fields.forEach((field, place) => {
          if (["radio", "checkbox"].includes(field.type)) field.checked = values.includes(field.value);
          else field.value = values[place] || "";
        });
      });
      if (missing) { form.dispatchEvent(new Event("kept")); leaving = true; location.reload(); return; }
      if (mine !== turn) return;
      if (told.shut) close(told.shut);
      Object.entries(told.values || {}).forEach(([id, value]) => {
        const field = document.getElementById(id);
        if (field && (field.readOnly || field.value === "")) field.value = value;
      });
      if (told.version) {
        form.dispatchEvent(new Event("kept"));
        state.textContent = told.fill ? "Kept, with what was answered elsewhere." : "Kept.";
      }
      if (told.danger && !document.querySelector("section.help")) {
        const button = form.querySelector("button[name=do][value=draft]");
        if (button) form.requestSubmit(button);
      }
    } catch { state.textContent = "Not kept yet. It will be when the line is back."; }
  };
  const soon = () => { clearTimeout(waiting); waiting = setTimeout(() => { queue = queue.then(keep); }, 900); };
  form.addEventListener("input", soon);
  form.addEventListener("change", soon);
  form.addEventListener("submit", () => { leaving = true; clearTimeout(waiting); });
})();

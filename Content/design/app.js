// Small comforts on top of pages that work without any script.
(() => {
  "use strict";
  const body = document.body;
  const root = document.documentElement;
  const $ = (selector, within = document) => within.querySelector(selector);
  const $$ = (selector, within = document) => [...within.querySelectorAll(selector)];
  root.classList.add("js");
  /** What the page says to whom it belongs, in its language. */
  const inSpanish = root.lang === "es";
  const words = (english, spanish) => (inSpanish ? spanish : english);

  /** Says something once, to eyes and to screen readers, with one optional button. */
  function say(text, label, act) {
    const place = $("[data-live]");
    if (!place) return;
    const line = document.createElement("p");
    line.textContent = text;
    const box = document.createElement("div");
    box.className = "notice soon";
    box.append(line);
    if (label) {
      const row = document.createElement("div");
      row.className = "acts";
      const button = document.createElement("button");
      button.type = "button";
      button.className = "act";
      button.textContent = label;
      button.addEventListener("click", () => { box.remove(); if (act) act(); });
      row.append(button);
      box.append(row);
    }
    place.replaceChildren(box);
  }

  // Ctrl-K or Cmd-K: find a person or an action.
  const find = $("[data-find]");
  if (find) {
    const input = $("input[type=search]", find);
    const list = $("[data-found]", find);
    let waiting = 0;
    let asked = 0;
    const options = () => $$("[role=option]", list);
    const chosen = () => options().find((option) => option.getAttribute("aria-selected") === "true");

    const close = () => {
      list.hidden = true;
      input.setAttribute("aria-expanded", "false");
      input.removeAttribute("aria-activedescendant");
    };
    const choose = (option) => {
      options().forEach((each) => each.setAttribute("aria-selected", String(each === option)));
      if (!option) return;
      input.setAttribute("aria-activedescendant", option.id);
      option.scrollIntoView({ block: "nearest" });
    };
    const go = (option) => { if (option.dataset.href) location.assign(option.dataset.href); };
    const look = async () => {
      const text = input.value.trim();
      if (text.length < 2) return close();
      const turn = ++asked;
      try {
        const address = find.getAttribute("action") + "?part=1&q=" + encodeURIComponent(text);
        const answer = await fetch(address, { credentials: "same-origin", redirect: "error" });
        if (!answer.ok || turn !== asked) return;
        // The fragment is rendered and escaped by our own server; it is parsed inertly, never run.
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        list.replaceChildren(...page.body.childNodes);
        list.hidden = false;
        input.setAttribute("aria-expanded", "true");
      } catch { close(); }
    };

    input.setAttribute("role", "combobox");
    input.setAttribute("aria-expanded", "false");
    input.setAttribute("aria-autocomplete", "list");
    input.setAttribute("aria-controls", list.id);
    input.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(look, 120); });
    input.addEventListener("keydown", (event) => {
      const all = options();
      const at = all.indexOf(chosen());
      if (event.key === "Escape") { if (list.hidden) input.blur(); else close(); }
      if (list.hidden || all.length === 0) return;
      if (event.key === "ArrowDown") { event.preventDefault(); choose(all[(at + 1) % all.length]); }
      if (event.key === "ArrowUp") { event.preventDefault(); choose(all[(at + all.length - (at < 0 ? 0 : 1)) % all.length]); }
      if (event.key === "Enter" && at >= 0) { event.preventDefault(); go(all[at]); }
    });
    list.addEventListener("mousedown", (event) => event.preventDefault());
    list.addEventListener("click", (event) => {
      const option = event.target.closest("[role=option]");
      if (option) go(option);
    });
    input.addEventListener("blur", close);
    document.addEventListener("keydown", (event) => {
      if ((event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey && event.key.toLowerCase() === "k") {
        event.preventDefault();
        input.focus();
        input.select();
      }
    });
  }

  // The contact timer: runs through silence, asks once after twenty minutes, never ends the call.
  const timer = $("[data-started]");
  if (timer) {
    // The server's own clock at rendering corrects for a workstation whose clock is wrong.
    const now = Date.parse(timer.dataset.now || "");
    const drift = Number.isNaN(now) ? 0 : now - Date.now();
    const started = Date.parse(timer.dataset.started);
    const askAfter = Number(timer.dataset.askAfter || 1200);
    const key = "almoner.asked." + timer.dataset.started;
    const show = () => {
      const seconds = Math.max(0, Math.floor((Date.now() + drift - started) / 1000));
      timer.textContent = Math.floor(seconds / 60) + ":" + String(seconds % 60).padStart(2, "0");
      if (seconds >= askAfter && !sessionStorage.getItem(key)) {
        sessionStorage.setItem(key, "1");
        say("Still talking? The timer has run for " + Math.floor(seconds / 60) + " minutes.", "Yes, still talking");
      }
    };
    if (!Number.isNaN(started)) { show(); setInterval(show, 1000); }
  }

  // What was typed is kept in this tab until it is saved, so that an expired session loses nothing.
  const store = "almoner.kept";
  let leaving = false;
  const who = body.dataset.user || "";
  const read = () => { try { return JSON.parse(sessionStorage.getItem(store)) || {}; } catch { return {}; } };
  const write = (all) => { try { sessionStorage.setItem(store, JSON.stringify(all)); } catch { /* full: the page itself still holds it */ } };
  const keyOf = (form) => location.pathname + " " + form.getAttribute("action");
  const keepable = (field) => field.name && field.name !== "csrf"
    && !["password", "file", "submit", "button"].includes(field.type)
    && (field.type !== "hidden" || field.name === "version");
  const valuesOf = (form) => [...form.elements].filter(keepable)
    .filter((field) => !["radio", "checkbox"].includes(field.type) || field.checked)
    .map((field) => [field.name, field.value]);

  function restore(form, kept) {
    const values = new Map();
    kept.forEach(([name, value]) => values.set(name, [...(values.get(name) || []), value]));
    [...form.elements].filter(keepable).forEach((field) => {
      const given = values.get(field.name) || [];
      if (["radio", "checkbox"].includes(field.type)) field.checked = given.includes(field.value);
      else if (given.length > 0) field.value = given.shift();
    });
  }

  if (who) {
    const all = read();
    // Kept text belongs to one person, and what arrived is not kept any longer.
    if (all.who && all.who !== who) delete all.forms;
    all.who = who;
    all.forms = Object.fromEntries(Object.entries(all.forms || {}).filter(([, entry]) => !entry.sent));
    write(all);

    $$("form[data-keep]").forEach((form) => {
      const entry = all.forms[keyOf(form)];
      if (entry && !$("[data-errors]")) {
        restore(form, entry.values);
        form.dataset.changed = "1";
        say(words(
          "What you had typed is back. It is not saved yet.",
          "Lo que había escrito está de vuelta. Todavía no se ha guardado."));
      }
      let waiting = 0;
      const keep = (sent) => {
        const fresh = read();
        fresh.who = who;
        fresh.forms = fresh.forms || {};
        fresh.forms[keyOf(form)] = { values: valuesOf(form), sent };
        write(fresh);
      };
      form.addEventListener("input", () => {
        form.dataset.changed = "1";
        clearTimeout(waiting);
        waiting = setTimeout(() => keep(false), 400);
      });
      form.addEventListener("submit", () => { clearTimeout(waiting); delete form.dataset.changed; keep(true); });
      // The server has it: nothing is to be given back, and nothing is lost by leaving.
      form.addEventListener("kept", () => {
        clearTimeout(waiting);
        delete form.dataset.changed;
        const fresh = read();
        if (fresh.forms) delete fresh.forms[keyOf(form)];
        write(fresh);
      });
    });
    window.addEventListener("beforeunload", (event) => { if (!leaving && $("form[data-changed]")) event.preventDefault(); });
  } else if (body.dataset.page === "sign-in") {
    // The session ran out while a form was on its way: give it back after signing in.
    const all = read();
    Object.values(all.forms || {}).forEach((entry) => { entry.sent = false; });
    if (all.forms) write(all);
  }
  $$("form[data-sign-out]").forEach((form) => form.addEventListener("submit", () => sessionStorage.removeItem(store)));

  // Idle: a warning before the end, and one press to stay. At the end the page asks the server again, which no longer
  // shows it. During a contact the session locks and does not end.
  const warnAfter = Number(body.dataset.idleWarn || 0);
  const alive = body.dataset.alive;
  if (warnAfter > 0 && alive) {
    const stay = () => fetch(alive, { credentials: "same-origin", cache: "no-store" }).catch(() => {});
    let idle = 0;
    let over = 0;
    let last = Date.now();
    const ends = timer
      ? "This page will be locked in two minutes. The call and what you typed are kept."
      : words(
        "You will be signed out in two minutes. What you typed is kept.",
        "Su sesión se cierra en dos minutos. Lo que escribió se guarda.");
    const warn = () => say(ends, timer ? "Keep it open" : words("Stay signed in", "Seguir en la sesión"), () => { stay(); rest(); });
    const leave = () => { leaving = true; location.reload(); };
    const rest = () => {
      clearTimeout(idle);
      clearTimeout(over);
      idle = setTimeout(warn, warnAfter * 1000);
      over = setTimeout(leave, (warnAfter + 125) * 1000);
    };
    // Typing is work, though the server does not see it: tell it, at most once a minute.
    document.addEventListener("input", () => { rest(); if (Date.now() - last > 60000) { last = Date.now(); stay(); } });
    rest();
  }

  // Batch: one box for all rows, and a count of what is ticked.
  $$("form[data-batch]").forEach((form) => {
    const boxes = () => $$("input[type=checkbox][name=id]", form);
    const count = $("[data-picked]", form);
    const every = $("input[data-every]", form);
    const tell = () => {
      const picked = boxes().filter((box) => box.checked).length;
      if (count) count.textContent = picked === 0 ? "" : picked + " ticked";
      if (every) { every.checked = picked > 0 && picked === boxes().length; every.indeterminate = picked > 0 && !every.checked; }
    };
    if (every) every.addEventListener("change", () => { boxes().forEach((box) => { box.checked = every.checked; }); tell(); });
    form.addEventListener("change", tell);
    tell();
  });
  $$("[data-print]").forEach((button) => { button.hidden = false; button.addEventListener("click", () => window.print()); });

  // The summary of errors takes the focus, so that it is read first.
  const errors = $("[data-errors]");
  if (errors) errors.focus();
})();

// Keys for hands that stay on the keyboard. Whatever a key does, something to be seen on the page does as well: a key
// presses or enters what carries `data-key`, and j and k walk along the lines that carry `data-row`.
(() => {
  "use strict";
  const STORE = "bihuan-keys";
  const kept = () => { try { return localStorage.getItem(STORE); } catch { return null; } };
  const keep = (on) => { try { localStorage.setItem(STORE, on ? "on" : "off"); } catch { /* for this page alone */ } };
  let on = kept() !== "off";

  const shown = (one) => one && !one.disabled && one.getClientRects().length > 0;
  const rows = () => [...document.querySelectorAll("[data-row]")].filter(shown);
  const here = () => (document.activeElement ? document.activeElement.closest("[data-row]") : null);
  const ticked = () => document.querySelectorAll("[data-row] input[type=checkbox]:checked").length > 0;

  const walk = (step) => {
    const all = rows(), at = all.indexOf(here());
    const next = all[at < 0 ? (step > 0 ? 0 : all.length - 1) : at + step];
    const link = next && next.querySelector("[data-open]");
    if (!link) return false;
    link.focus();
    next.scrollIntoView({ block: "nearest" });
    return true;
  };

  // In the current line first, unless lines are ticked: then, and elsewhere, on the page.
  const meant = (key) => {
    const row = here(), name = `[data-key="${CSS.escape(key)}"]`;
    const own = row && !ticked() && row.querySelector(name);
    if (shown(own)) return own;
    return [...document.querySelectorAll(name)].find((one) => !one.closest("[data-row]") && shown(one));
  };

  const use = (one) => {
    if (one.matches("input, select, textarea")) {
      one.focus();
      if (one.select) one.select();
      return true;
    }
    if (one.hasAttribute("data-ticked") && !ticked()) {
      const box = here() && here().querySelector("input[type=checkbox]");
      if (!box) return false;
      box.click();
    }
    one.click();
    return true;
  };

  const press = (key) => {
    if (key === "?") return help();
    if (key === "j" || key === "k") return walk(key === "j" ? 1 : -1);
    const one = meant(key);
    return one ? use(one) : false;
  };

  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.target.closest("textarea, select, dialog, [contenteditable]")) return;
    if (event.target.matches("input") && !["checkbox", "radio", "button", "submit"].includes(event.target.type)) return;
    if ((on || event.key === "?") && event.key.length === 1 && press(event.key)) event.preventDefault();
  });

  // A line that was sent again keeps the place of whoever is on it.
  let left = "";
  document.addEventListener("htmx:beforeSwap", (event) => {
    const row = event.target.closest && event.target.closest("[data-row]");
    if (row && row === here()) left = row.dataset.row; // what else comes meanwhile (the counts) does not forget it
  });
  document.addEventListener("htmx:afterSettle", () => {
    const row = left && document.querySelector(`[data-row="${CSS.escape(left)}"]`);
    if (row && !here()) row.querySelector("[data-open]").focus();
    left = "";
  });

  // What there is to press here, from the page itself.
  const made = (name, words, parent) => {
    const one = document.createElement(name);
    if (words) one.textContent = words;
    if (parent) parent.append(one);
    return one;
  };
  const known = () => {
    const found = new Map(rows().length ? [["j", "下一行"], ["k", "上一行"], ["Enter", "打开当前行"]] : []);
    const named = [...document.querySelectorAll("[data-key]")].filter(shown);
    named.sort((one, other) => other.hasAttribute("data-key-words") - one.hasAttribute("data-key-words"));
    for (const one of named) {
      const words = one.dataset.keyWords || one.getAttribute("aria-label") || one.textContent.trim();
      if (!found.has(one.dataset.key)) found.set(one.dataset.key, words);
    }
    return found.set("?", "显示本说明");
  };
  const help = () => {
    const dialog = made("dialog", "", document.body);
    dialog.className = "keys";
    dialog.setAttribute("aria-labelledby", "keys-title");
    made("h2", "快捷键", dialog).id = "keys-title";
    const list = made("dl", "", dialog);
    for (const [key, words] of known()) {
      const pair = made("div", "", list);
      made("kbd", key === "Enter" ? "回车" : key, made("dt", "", pair));
      made("dd", words, pair);
    }
    const form = made("form", "", dialog);
    form.method = "dialog";
    const label = made("label", "", form), box = made("input", "", label);
    label.append(" 启用单键快捷键（本机）");
    box.type = "checkbox";
    box.checked = on;
    box.addEventListener("change", () => keep((on = box.checked)));
    const close = made("button", "关闭", form);
    close.className = "btn";
    const before = document.activeElement;
    dialog.addEventListener("close", () => { dialog.remove(); if (before) before.focus(); });
    dialog.showModal();
    close.focus();
    return true;
  };
  document.querySelectorAll("[data-keys-help]").forEach((button) => button.addEventListener("click", help));
})();

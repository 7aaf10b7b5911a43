// Drafts and reply templates of a form, and the steps of a request. Without this file they work by their buttons.
(() => {
  "use strict";
  const WORDS = {
    0: "网络不通，草稿暂未保存；继续填写时会再次保存。",
    400: "登录状态已变化，草稿暂未保存。",
    401: "登录已失效，草稿暂未保存。",
    404: "此事项已不由您办理，草稿没有保存。需要的内容请复制保存。",
    409: "此事项已不在待办状态，草稿没有保存。需要的内容请复制保存。",
  };
  const OTHERWISE = "草稿暂未保存；继续填写时会再次保存。";
  // Where waiting does not help, the button that otherwise serves those without scripts takes what is typed through a new
  // log-in, also when the form is not complete yet.
  const AGAIN = { 400: "更新页面，接着填写", 401: "重新登录，接着填写" };

  document.querySelectorAll(".draft").forEach((draft) => {
    const state = draft.querySelector(".draft-state"), button = draft.querySelector("[formaction]:not([name])");
    const form = draft.closest("form"), address = draft.getAttribute("hx-post");
    // Which change was the last, the last on its way, and the last that is kept.
    let changed = 0, sent = 0, kept = 0, refused = false;
    const unsaved = () => kept !== changed;
    const say = (status) => {
      refused = true;
      state.textContent = WORDS[status] || OTHERWISE;
      state.classList.add("late");
      draft.classList.toggle("again", status in AGAIN);
      if (status in AGAIN) button.textContent = AGAIN[status];
    };
    draft.addEventListener("htmx:beforeRequest", () => (sent = changed));
    draft.addEventListener("htmx:beforeSwap", () => {
      kept = sent;
      refused = false;
      state.classList.remove("late");
      draft.classList.remove("again");
    });
    draft.addEventListener("draft:refused", (event) => say(event.detail));
    draft.addEventListener("htmx:sendError", () => say(0));

    // Whoever leaves the page right after a word leaves it kept, too; where that cannot be, the browser asks first.
    const keepNow = () => {
      kept = changed;
      const typed = new FormData(form);
      typed.delete("password");
      return fetch(address, { method: "POST", body: new URLSearchParams(typed), headers: { "HX-Request": "true" }, keepalive: true });
    };
    for (const what of ["input", "change"]) form.addEventListener(what, () => (changed += 1));
    form.addEventListener("submit", () => (kept = changed));
    window.addEventListener("beforeunload", (event) => {
      if (unsaved() && refused) event.preventDefault();
      else if (unsaved()) keepNow();
    });
    document.addEventListener("visibilitychange", () => document.hidden && unsaved() && !refused && keepNow());
    // The page's other forms (签收, 大字版) lead back to it: they wait until it is kept.
    document.addEventListener("submit", (event) => {
      if (event.target === form || !unsaved() || refused) return;
      event.preventDefault();
      event.stopPropagation();
      keepNow().catch(() => {}).finally(() => event.target.requestSubmit(event.submitter));
    }, true);
  });

  // What somebody filled in before the scripts had come, on a slow line, is kept like what is filled in later.
  const isChanged = (field) => {
    if (field.matches("select")) return field.selectedIndex !== Math.max(0, [...field.options].findIndex((one) => one.defaultSelected));
    if (field.matches("[type=checkbox], [type=radio]")) return field.checked !== field.defaultChecked;
    return field.value !== field.defaultValue;
  };
  document.addEventListener("DOMContentLoaded", () =>
    document.querySelectorAll(".draft").forEach((draft) => {
      const fields = draft.closest("form").querySelectorAll("input:not([type=password]), select, textarea");
      const changed = [...fields].find(isChanged);
      if (changed) changed.dispatchEvent(new Event("input", { bubbles: true }));
    }));

  // A refusal must not take the page away on which somebody is writing, whatever beside the form has asked.
  document.addEventListener("htmx:beforeSwap", (event) => {
    const asking = event.detail.requestConfig.elt;
    const form = asking.closest("form");
    if (event.detail.xhr.status < 400 || !form || !form.querySelector(".draft")) return;
    event.stopPropagation();
    if (asking.matches(".draft")) asking.dispatchEvent(new CustomEvent("draft:refused", { detail: event.detail.xhr.status }));
  }, true);

  // 填入: the template goes where the cursor is, or after what is there; then it is a change like any other.
  document.querySelectorAll("button[data-reply]").forEach((button) =>
    button.addEventListener("click", (event) => {
      event.preventDefault();
      const field = document.getElementById(button.dataset.reply);
      const words = button.previousElementSibling.textContent;
      const at = field.selectionEnd || field.value.length;
      const before = field.value.slice(0, at).trimEnd();
      const after = field.value.slice(at).trimStart();
      const lines = field.tagName === "TEXTAREA" ? "\n" : "";
      field.value = [before, words, after].filter(Boolean).join(lines);
      button.closest("details").open = false;
      field.focus();
      const blank = field.value.indexOf("【填写", before.length);
      if (blank >= 0) field.setSelectionRange(blank, field.value.indexOf("】", blank) + 1);
      field.dispatchEvent(new Event("input", { bubbles: true }));
    }));
})();

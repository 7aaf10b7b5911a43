// Drafts and reply templates of a form, and the steps of a request. Without this file they work by their buttons.
(() => {
  "use strict";
  const WORDS = {
    0: "网络不通，草稿暂未保存；继续填写时会再次保存。",
    401: "登录已失效，草稿暂未保存。请照常提交：系统会请您重新登录，并恢复这里填写的内容。",
    404: "此事项已不由您办理，草稿没有保存。需要的内容请复制保存。",
    409: "此事项已不在待办状态，草稿没有保存。需要的内容请复制保存。",
  };
  const OTHERWISE = "草稿暂未保存；继续填写时会再次保存。";

  document.querySelectorAll(".draft").forEach((draft) => {
    const state = draft.querySelector(".draft-state");
    const say = (status) => {
      state.textContent = WORDS[status] || OTHERWISE;
      state.classList.add("late");
    };
    draft.addEventListener("htmx:beforeSwap", () => state.classList.remove("late"));
    draft.addEventListener("draft:refused", (event) => say(event.detail));
    draft.addEventListener("htmx:sendError", () => say(0));
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

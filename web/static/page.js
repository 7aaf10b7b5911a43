// Small comforts for every page; each works without this file.
(() => {
  "use strict";
  const token = document.querySelector('meta[name="csrf-token"]').content;
  document.documentElement.classList.add("scripted");

  document.body.addEventListener("htmx:configRequest", (event) => {
    event.detail.headers["X-CSRFToken"] = token;
  });

  // A refusal (409, 403, 422 …) is a page of its own: show it instead of swallowing it.
  document.body.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.xhr.status >= 400) {
      const page = new DOMParser().parseFromString(event.detail.xhr.responseText, "text/html");
      const main = page.querySelector("main");
      if (main) document.querySelector("main").replaceWith(main);
    }
  });

  // A form that is on its way is not sent twice; the server would not mind, the person would wonder.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.classList.contains("once")) return;
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "1";
    form.querySelectorAll("button:not([type=button])").forEach((button) => button.setAttribute("aria-busy", "true"));
  });
  window.addEventListener("pageshow", () => {
    document.querySelectorAll("form.once").forEach((form) => delete form.dataset.sent);
  });

  // What a form asks only after some answers. The server decides the same again, by the same condition.
  const given = (form, key) => {
    const inputs = [...form.querySelectorAll(`[name="f-${key}"]`)].filter((one) => !one.matches(":disabled"));
    if (!inputs.length) return "";
    if (inputs[0].type !== "checkbox") return (inputs.find((one) => one.type !== "radio" || one.checked) || { value: "" }).value;
    const ticked = inputs.filter((one) => one.checked).map((one) => one.value);
    return inputs[0].id === `f-${key}` ? String(ticked.length > 0) : ticked;
  };
  const holds = (form, [how, ...parts]) => {
    switch (how) {
      case "=": return given(form, parts[0]) === parts[1];
      case "in": return parts[1].includes(given(form, parts[0]));
      case "contains": return [].concat(given(form, parts[0])).includes(parts[1]);
      case "ticked": return given(form, parts[0]) === "true";
      case "and": return parts.every((part) => holds(form, part));
      case "or": return parts.some((part) => holds(form, part));
      default: return !holds(form, parts[0]);
    }
  };
  const ask = (form) => form.querySelectorAll("fieldset[data-hide]").forEach((part) => {
    part.hidden = part.disabled = holds(form, JSON.parse(part.dataset.hide));
  });
  document.querySelectorAll("form").forEach((form) => {
    if (!form.querySelector("fieldset[data-hide]")) return;
    form.addEventListener("change", () => ask(form));
    ask(form);
  });

  document.querySelectorAll("[data-print]").forEach((button) => button.addEventListener("click", () => window.print()));
  // On paper nothing can be unfolded: print what a limit counted and what comes next, then fold it again.
  let folded = [];
  window.addEventListener("beforeprint", () => {
    folded = [...document.querySelectorAll("details:is(.limit, .ahead, .notice-text):not([open])")];
    folded.forEach((one) => (one.open = true));
  });
  window.addEventListener("afterprint", () => folded.forEach((one) => (one.open = false)));

  const faults = document.getElementById("faults");
  if (faults) faults.scrollIntoView({ block: "center" });
})();

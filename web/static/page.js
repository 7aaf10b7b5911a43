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

  document.querySelectorAll("[data-print]").forEach((button) => button.addEventListener("click", () => window.print()));
  // On paper nothing can be unfolded: print what a limit counted, then fold it again.
  let folded = [];
  window.addEventListener("beforeprint", () => {
    folded = [...document.querySelectorAll("details.limit:not([open])")];
    folded.forEach((one) => (one.open = true));
  });
  window.addEventListener("afterprint", () => folded.forEach((one) => (one.open = false)));

  const faults = document.getElementById("faults");
  if (faults) faults.scrollIntoView({ block: "center" });
})();

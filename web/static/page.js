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

  // What is on its way is seen: a bar at the top (bihuan.css lets a tenth of a second pass first), the button paler. The
  // page is not left for a file (`data-file`), and nobody is told that it has come: then the bar goes after a while.
  const A_WHILE = 4000;
  const going = (on) => document.documentElement.classList.toggle("going", on);
  const wait = (one) => {
    going(true);
    if (one.hasAttribute("data-file")) setTimeout(() => going(false), A_WHILE);
  };
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[href]");
    if (!link || event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    if (link.target || link.hasAttribute("download") || link.origin !== location.origin) return;
    if (link.hash && link.pathname === location.pathname && link.search === location.search) return;
    wait(link);
  });

  // A form that is on its way is not sent twice; the server would not mind, the person would wonder.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.classList.contains("once")) {
      if (form.dataset.sent) event.preventDefault();
      form.dataset.sent = "1";
      form.querySelectorAll("button:not([type=button])").forEach((button) => button.setAttribute("aria-busy", "true"));
    }
    if (!event.defaultPrevented && form.method !== "dialog") wait(form);
  });
  window.addEventListener("pageshow", () => {
    going(false);
    document.querySelectorAll("form.once").forEach((form) => {
      delete form.dataset.sent;
      form.querySelectorAll("[aria-busy]").forEach((button) => button.removeAttribute("aria-busy"));
    });
  });

  // What an officer wrote into a form that keeps no draft (an order, a call) is not left without being asked.
  window.addEventListener("beforeunload", (event) => {
    const written = [...document.querySelectorAll("form.once textarea")].filter((one) => one.value !== one.defaultValue);
    if (written.some((one) => !one.form.dataset.sent && !one.form.querySelector(".draft") && !one.closest(".portal"))) event.preventDefault();
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
  document.querySelectorAll("[data-copy]").forEach((button) => {
    button.hidden = !navigator.clipboard; // a browser gives it to pages that came sealed alone
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(button.dataset.copy);
      button.textContent = button.dataset.done;
    });
  });
  // On paper nothing can be unfolded: print what a limit counted and what comes next, then fold it again.
  let folded = [];
  window.addEventListener("beforeprint", () => {
    folded = [...document.querySelectorAll("details:is(.limit, .ahead, .notice-text, .handed-in):not([open])")];
    folded.forEach((one) => (one.open = true));
  });
  window.addEventListener("afterprint", () => folded.forEach((one) => (one.open = false)));

  const faults = document.getElementById("faults");
  if (faults) {
    faults.scrollIntoView({ block: "center" });
    faults.focus({ preventScroll: true }); // who reads by ear or goes by keys begins there, too
  }
})();

// 我的待办 in a browser that stays open: counts and lamps come by themselves while somebody looks, lines are ticked at once.
(() => {
  "use strict";
  const pulse = document.getElementById("pulse");
  const every = Number(pulse.dataset.every) * 1000;
  let last = Date.now(), beating = true;
  const beat = () => {
    if (!beating || document.hidden || Date.now() - last < every) return;
    last = Date.now();
    htmx.trigger(pulse, "beat");
  };
  setInterval(beat, Math.min(every, 5000));
  document.addEventListener("visibilitychange", beat);
  pulse.addEventListener("htmx:configRequest", (event) => {
    event.detail.parameters.have = [...document.querySelectorAll("[data-row]")].map((one) => one.dataset.row).join(" ");
  });
  // What goes wrong unasked is not shown in place of the page; a log-in that is over is.
  pulse.addEventListener("htmx:beforeSwap", (event) => {
    const status = event.detail.xhr.status;
    if (status >= 400 && status !== 401) event.stopPropagation();
    beating = status !== 401;
  });

  const list = document.querySelector("[data-list]");
  if (!list) return;
  const boxes = () => [...list.querySelectorAll("[data-row] input[type=checkbox]")];
  const all = list.querySelector("[data-tick-all]");
  const count = () => {
    const ticked = boxes().filter((one) => one.checked).length;
    list.querySelector("[data-ticked-count]").textContent = ticked ? `已选 ${ticked} 项` : "";
    if (all) {
      all.checked = ticked > 0 && ticked === boxes().length;
      all.indeterminate = ticked > 0 && !all.checked;
    }
  };
  list.addEventListener("change", (event) => {
    if (event.target === all) boxes().forEach((one) => (one.checked = all.checked));
    count();
  });
  list.addEventListener("htmx:afterSettle", count);
  // Whoever has claimed a line sees it counted at once.
  list.addEventListener("htmx:afterRequest", (event) => event.detail.successful && htmx.trigger(pulse, "beat"));
  window.addEventListener("pageshow", count);
})();

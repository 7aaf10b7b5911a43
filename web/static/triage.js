// Suggested units are chosen with one press; what the form would mean is worked out again after each change (htmx).
(() => {
  "use strict";
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-choose]");
    if (!button) return;
    const selects = button.dataset.choose.trim().split(/\s+/).map((id) => document.getElementById(id)).filter(Boolean);
    const free = selects.find((one) => one.value === button.dataset.value) || selects.find((one) => !one.value) || selects[0];
    if (!free) return;
    free.value = button.dataset.value;
    for (const what of ["input", "change"]) free.dispatchEvent(new Event(what, { bubbles: true }));
    free.focus();
  });
})();

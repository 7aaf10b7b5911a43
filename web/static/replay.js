// Steps through a replay without loading the page anew: links, arrow keys and the slider all lead to the same addresses.
(() => {
  "use strict";
  const slider = document.querySelector(".player input[name=at]");
  const last = Number(document.getElementById("replay").dataset.last);
  const shown = () => Number(document.getElementById("replay").dataset.no);
  let wanted = shown();
  let underWay = false;

  const address = (no) => {
    const url = new URL(window.location.href);
    url.searchParams.set("at", no);
    return url.toString();
  };

  const showRow = (row) => {
    const box = document.querySelector("#events .scroll");
    if (row && box) box.scrollTop = row.offsetTop - box.clientHeight / 2;
  };

  // A receipt that is unfolded stays so while one steps.
  const limits = (page) => {
    const open = [...document.querySelectorAll("#limits details[open] .limit-name")].map((one) => one.textContent);
    for (const name of page.querySelectorAll("#limits .limit-name")) name.closest("details").open = open.includes(name.textContent);
    document.getElementById("limits").replaceWith(page.getElementById("limits"));
  };

  // What is held by a finger or has the focus stays where it is: the slider and the links are told, not replaced.
  const show = (page) => {
    for (const id of ["first", "previous", "next", "last"]) {
      const [link, next] = [document.getElementById(id), page.getElementById(id)];
      link.href = next.href;
      link.toggleAttribute("aria-disabled", next.hasAttribute("aria-disabled"));
      if (next.hasAttribute("aria-disabled")) link.setAttribute("aria-disabled", "true");
    }
    for (const id of ["moment", "changes"]) document.getElementById(id).replaceChildren(...page.getElementById(id).childNodes);
    limits(page);
    document.getElementById("replay").dataset.no = page.getElementById("replay").dataset.no;
    window.bihuanDiagram.update(page);
    document.querySelectorAll("#events tr[aria-current]").forEach((row) => row.removeAttribute("aria-current"));
    const row = document.getElementById(`event-${shown()}`);
    if (row) row.setAttribute("aria-current", "step");
    showRow(row);
    window.history.replaceState(null, "", address(shown()));
  };

  // One address is asked for at a time; what was wanted meanwhile comes after it, what was passed over never.
  const go = async (no) => {
    wanted = Math.max(1, Math.min(no, last));
    slider.value = wanted;
    document.querySelector("#moment b").textContent = `第 ${wanted} / ${last} 条`;
    if (underWay) return;
    underWay = true;
    document.documentElement.classList.add("going");
    while (shown() !== wanted) {
      const answer = await fetch(address(wanted), { credentials: "same-origin" }).catch(() => ({ ok: false }));
      const page = new DOMParser().parseFromString(answer.ok ? await answer.text() : "", "text/html");
      if (!page.querySelector(".player")) return window.location.assign(address(wanted)); // no answer, or logged out
      show(page);
    }
    document.querySelector("#moment b").textContent = `第 ${wanted} / ${last} 条`;
    document.documentElement.classList.remove("going");
    underWay = false;
  };

  slider.value = shown(); // a browser that comes back to the page puts its own number in
  showRow(document.querySelector("#events tr[aria-current]"));
  document.addEventListener("click", (event) => {
    const link = event.target.closest(".player form a, a.step");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const past = { first: 1, previous: wanted - 1, next: wanted + 1, last }[link.id];
    go(past === undefined ? Number(new URL(link.href).searchParams.get("at")) : past);
  });
  slider.addEventListener("input", () => go(Number(slider.value)));
  slider.form.addEventListener("submit", (event) => event.preventDefault());
  document.addEventListener("keydown", (event) => {
    if (event.target.matches("input, select, textarea") || event.altKey || event.ctrlKey || event.metaKey) return;
    const no = { ArrowRight: wanted + 1, ArrowLeft: wanted - 1, Home: 1, End: last }[event.key];
    if (no === undefined) return;
    event.preventDefault();
    go(no);
  });
})();

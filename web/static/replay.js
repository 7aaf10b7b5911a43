// Steps through a replay without loading the page anew: links, arrow keys and the slider all lead to the same addresses.
(() => {
  "use strict";
  const player = () => document.querySelector(".player");
  let latest = 0;

  const showRow = (row) => {
    const box = document.querySelector("#events .card-body");
    if (row && box) box.scrollTop = row.offsetTop - box.clientHeight / 2;
  };

  const go = async (address, push = true) => {
    const turn = ++latest;
    document.documentElement.classList.add("going");
    const answer = await fetch(address, { credentials: "same-origin" }).catch(() => ({ ok: false }));
    if (!answer.ok || turn !== latest) return answer.ok || window.location.assign(address);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (turn !== latest) return true;
    if (!page.querySelector(".player")) return window.location.assign(address); // the log-in is over
    document.documentElement.classList.remove("going");
    const focused = document.activeElement && document.activeElement.id;
    const sliding = document.activeElement && document.activeElement.name === "at";
    player().replaceWith(page.querySelector(".player"));
    for (const id of ["changes", "limits"]) document.getElementById(id).replaceWith(page.getElementById(id));
    const step = page.getElementById("replay").dataset;
    Object.assign(document.getElementById("replay").dataset, step);
    window.bihuanDiagram.update(page);
    document.querySelectorAll("#events tr[aria-current]").forEach((row) => row.removeAttribute("aria-current"));
    const row = document.getElementById(`event-${step.no}`);
    if (row) row.setAttribute("aria-current", "step");
    showRow(row);
    if (push) window.history.replaceState(null, "", address);
    if (sliding) player().querySelector("input[name=at]").focus();
    else if (focused && document.getElementById(focused)) document.getElementById(focused).focus();
    return true;
  };

  const address = (no) => {
    const url = new URL(window.location.href);
    url.searchParams.set("at", no);
    return url.toString();
  };

  showRow(document.querySelector("#events tr[aria-current]"));
  document.addEventListener("click", (event) => {
    const link = event.target.closest(".player a, #events a");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    go(link.href);
  });
  document.addEventListener("input", (event) => {
    if (event.target.name === "at") go(address(event.target.value));
  });
  document.addEventListener("keydown", (event) => {
    if (event.target.matches("input, select, textarea") || event.altKey || event.ctrlKey || event.metaKey) return;
    const no = Number(document.getElementById("replay").dataset.no);
    const last = Number(document.getElementById("replay").dataset.last);
    const wanted = { ArrowRight: no + 1, ArrowLeft: no - 1, Home: 1, End: last }[event.key];
    if (wanted === undefined || wanted < 1 || wanted > last) return;
    event.preventDefault();
    go(address(wanted));
  });
})();

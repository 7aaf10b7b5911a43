// Draws the diagrams of a case with bpmn-js: where it stands, and the way it took. The text beside says the same.
(() => {
  "use strict";
  const viewers = new Map();
  const KINDS = { current: "now", passed: "passed", flows: "taken" };

  const marksOf = (canvas) =>
    Object.entries(KINDS).flatMap(([name, marker]) =>
      (canvas.dataset[name] || "").split(" ").filter(Boolean).map((id) => [id, marker]));

  // A sub-process may be drawn on a page of its own (bpmn-js: a plane). What happens there happens in its shape as well.
  const holdersOf = (viewer, id) => {
    const board = viewer.get("canvas");
    const known = viewer.get("elementRegistry");
    const found = [];
    for (let one = known.get(id); one; one = known.get(board.findRoot(one).id.replace(/_plane$/, ""))) {
      if (one === board.findRoot(one)) break;
      found.push(one.id);
    }
    return found.slice(1);
  };

  const turnTo = (viewer, place) => {
    const board = viewer.get("canvas");
    const page = board.findRoot(place);
    if (page === board.getRootElement()) return false;
    board.setRootElement(page);
    return true;
  };

  const mark = (viewer, canvas) => {
    const board = viewer.get("canvas");
    const known = viewer.get("elementRegistry");
    (viewer.marked || []).forEach(([id, marker]) => board.removeMarker(id, marker));
    viewer.marked = marksOf(canvas)
      .flatMap(([id, marker]) => [[id, marker], ...(marker === "now" ? holdersOf(viewer, id).map((holder) => [holder, marker]) : [])])
      .filter(([id]) => known.get(id))
      .map(([id, marker]) => [id, marker === "passed" && (known.get(id).children || []).length ? "passed-frame" : marker]);
    viewer.marked.forEach(([id, marker]) => board.addMarker(id, marker));
  };

  // Pixels around what is drawn. A page that is not the first has its way back written above it.
  const MARGIN = 14;
  const above = (board) => (board.getRootElement().id.endsWith("_plane") ? 52 : MARGIN);

  const fit = (board) => {
    board.zoom("fit-viewport");
    const { inner, outer } = board.viewbox();
    const [wide, high] = [outer.width - 2 * MARGIN, outer.height - above(board) - MARGIN];
    const scale = Math.min(wide / inner.width, high / inner.height, 1);
    const width = outer.width / scale;
    const height = outer.height / scale;
    const spare = Math.max(0, high / scale - inner.height) / 2;
    board.viewbox({ x: inner.x - (width - inner.width) / 2, y: inner.y - above(board) / scale - spare, width, height });
  };

  // The whole diagram where it is readable, else the part where something happens.
  const show = (viewer, canvas) => {
    const board = viewer.get("canvas");
    const known = viewer.get("elementRegistry");
    const current = (canvas.dataset.current || "").split(" ").map((id) => known.get(id)).filter(Boolean);
    if (current.length) turnTo(viewer, current[0]);
    fit(board);
    const places = current.filter((one) => board.findRoot(one) === board.getRootElement());
    if (board.zoom() < 0.5 && places.length) {
      const left = Math.min(...places.map((one) => one.x));
      const top = Math.min(...places.map((one) => one.y));
      const view = board.viewbox();
      const scale = 0.75;
      const width = view.outer.width / scale;
      const height = view.outer.height / scale;
      const highest = view.inner.y - above(board) / scale;
      board.viewbox({ x: Math.max(view.inner.x - 20, left - width / 2 + 50), y: Math.max(highest, top - height / 2 + 40), width, height });
    }
  };

  // While stepping: where something happens stays in sight.
  const follow = (viewer, canvas) => {
    const board = viewer.get("canvas");
    const known = viewer.get("elementRegistry");
    const place = known.get((canvas.dataset.current || "").split(" ")[0]);
    if (!place) {
      const first = board.getRootElements().find((page) => !page.id.endsWith("_plane"));
      if (first === board.getRootElement()) return;
      board.setRootElement(first);
      fit(board);
      return;
    }
    if (turnTo(viewer, place)) {
      show(viewer, canvas);
      return;
    }
    const view = board.viewbox();
    const inside = place.x > view.x && place.y > view.y && place.x + place.width < view.x + view.width && place.y + place.height < view.y + view.height;
    if (inside) return;
    board.viewbox({ x: place.x + place.width / 2 - view.width / 2, y: place.y + place.height / 2 - view.height / 2, width: view.width, height: view.height });
  };

  const WORDS = { "Open {element}": "打开“{element}”" };
  const translate = (words, names = {}) =>
    (WORDS[words] || words).replace(/{([^}]+)}/g, (_, name) => names[name] || "");

  const draw = async (canvas) => {
    if (viewers.has(canvas)) return;
    viewers.set(canvas, null);
    try {
      const answer = await fetch(canvas.dataset.xml, { credentials: "same-origin" });
      if (!answer.ok) throw new Error(answer.status);
      const xml = await answer.text();
      canvas.replaceChildren();
      const viewer = new window.BpmnJS({ container: canvas, additionalModules: [{ translate: ["value", translate] }] });
      await viewer.importXML(xml);
      viewers.set(canvas, viewer);
      mark(viewer, canvas);
      show(viewer, canvas);
      addZoom(viewer, canvas);
      canvas.dataset.drawn = "1";
    } catch (fault) {
      canvas.textContent = "流程图未能绘制，请看文字列表。";
    }
  };

  const addZoom = (viewer, canvas) => {
    const bar = document.createElement("div");
    bar.className = "zoom";
    const button = (words, title, act) => {
      const one = document.createElement("button");
      one.type = "button";
      one.textContent = words;
      one.title = title;
      one.setAttribute("aria-label", title);
      one.addEventListener("click", act);
      bar.append(one);
    };
    button("＋", "放大", () => viewer.get("zoomScroll").stepZoom(1));
    button("－", "缩小", () => viewer.get("zoomScroll").stepZoom(-1));
    button("全图", "显示全图", () => fit(viewer.get("canvas")));
    canvas.append(bar);
  };

  const drawOpen = () =>
    document.querySelectorAll(".drawing").forEach((drawing) => {
      if (drawing.open) draw(drawing.querySelector(".canvas"));
      drawing.addEventListener("toggle", () => drawing.open && draw(drawing.querySelector(".canvas")));
    });

  // A step of the replay: the same drawings with other marks, without drawing them again.
  window.bihuanDiagram = {
    update(fresh) {
      for (const [canvas, viewer] of viewers) {
        const next = fresh.querySelector(`.canvas[data-process="${canvas.dataset.process}"]`);
        if (!next) continue;
        for (const name of Object.keys(KINDS)) canvas.dataset[name] = next.dataset[name];
        if (!viewer) continue;
        mark(viewer, canvas);
        follow(viewer, canvas);
      }
    },
  };
  const drawAnew = (how) => {
    for (const [canvas, viewer] of viewers) {
      if (!viewer || !canvas.clientWidth) continue; // not drawn, or folded away
      viewer.get("canvas").resized();
      how(viewer, canvas);
    }
  };
  // A telephone that is turned; its bars coming and going change the height alone, and leave what somebody looks at.
  let width = window.innerWidth;
  window.addEventListener("resize", () => {
    if (window.innerWidth === width) return;
    width = window.innerWidth;
    drawAnew(show);
  });
  // On paper a diagram cannot be moved: the whole of the page that is shown, as wide as a sheet of A4.
  const PAPER = "660px";
  const lay = (wide, how) => {
    for (const canvas of viewers.keys()) canvas.style.width = wide;
    drawAnew(how);
  };
  window.addEventListener("beforeprint", () => lay(PAPER, (viewer) => fit(viewer.get("canvas"))));
  window.addEventListener("afterprint", () => lay("", show));
  drawOpen();
})();

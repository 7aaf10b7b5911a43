// Draws the charts of 运行总览 with ECharts, as SVG; each tells no more than the table beneath it.
(() => {
  "use strict";
  if (!window.echarts) return;
  const INK = "#1d2733";
  const SOFT = "#566270";
  const COLOURS = ["#1c4f8f", "#c77700", "#1a6b43", "#5b3a82", "#b3261e", "#566270"];
  const SYMBOLS = ["circle", "rect", "triangle", "diamond", "pin", "arrow"];
  const SCALE = parseFloat(getComputedStyle(document.documentElement).fontSize) / 16; // 大字版
  const SIZE = 12 * SCALE;
  const text = { color: INK, fontSize: SIZE, fontFamily: getComputedStyle(document.body).fontFamily };
  const PAPER = 325; // two beside each other on A4

  const bare = { animation: false, textStyle: text, color: COLOURS };
  const labelled = (unit) => ({ show: true, color: INK, fontSize: SIZE, formatter: ({ value }) => (value === null || value === undefined ? "" : `${value}${unit === "%" ? "%" : ""}`) });

  const overTime = (chart) => ({
    ...bare,
    legend: { top: 0, right: 0, textStyle: text, itemGap: 14 },
    grid: { left: 48 * SCALE, right: 24, top: 54 * SCALE, bottom: 36 * SCALE },
    xAxis: { type: "category", data: chart.axis, axisLabel: { color: SOFT, fontSize: SIZE, hideOverlap: true } },
    yAxis: { type: "value", name: chart.unit, max: chart.unit === "%" ? 100 : null, minInterval: 1, nameTextStyle: { color: SOFT, fontSize: SIZE }, axisLabel: { color: SOFT, fontSize: SIZE }, splitLine: { lineStyle: { color: "#e3e8ed" } } },
    series: chart.series.map((one, place) => ({
      name: one.name, type: chart.kind, data: one.values, barMaxWidth: 22, symbol: SYMBOLS[place % SYMBOLS.length], symbolSize: 8, connectNulls: false,
      label: chart.series.length === 1 ? { ...labelled(chart.unit), position: "top" } : { show: false },
    })),
  });

  const ranking = (chart) => {
    const [series] = chart.series;
    const target = chart.target === null || chart.target === undefined ? undefined
      : { silent: true, symbol: "none", lineStyle: { color: "#b3261e", type: "dashed" }, label: { formatter: `目标 ${chart.target}`, color: "#b3261e", fontSize: SIZE, position: "start" }, data: [{ xAxis: chart.target }] };
    return {
      ...bare,
      grid: { left: 8, right: 64 * SCALE, top: 24, bottom: 8, containLabel: true },
      xAxis: { type: "value", min: 0, max: chart.unit === "%" ? 100 : null, minInterval: chart.unit === "件" ? 1 : 0, axisLabel: { color: SOFT, fontSize: SIZE }, splitLine: { lineStyle: { color: "#e3e8ed" } } },
      yAxis: { type: "category", inverse: true, data: chart.axis, axisLabel: { color: INK, fontSize: SIZE, width: 130 * SCALE, overflow: "truncate" }, axisTick: { show: false } },
      series: [{ name: series.name, type: "bar", data: series.values, barMaxWidth: 18, label: { ...labelled(chart.unit), position: "right" }, markLine: target }],
    };
  };

  const drawn = [...document.querySelectorAll("[data-chart]")].map((place) => {
    const chart = JSON.parse(place.dataset.chart);
    if (chart.kind === "ranking") place.dataset.rows = String(Math.min(Math.max(Math.ceil(chart.axis.length / 5), 1), 6));
    const view = window.echarts.init(place, null, { renderer: "svg" });
    view.setOption(chart.kind === "ranking" ? ranking(chart) : overTime(chart));
    return view;
  });
  const fit = (width) => drawn.forEach((view) => {
    view.resize({ width: width || "auto" });
    view.getZr().flush(); // a sheet is printed before the next frame is drawn
  });
  window.addEventListener("resize", () => fit());
  window.addEventListener("beforeprint", () => fit(PAPER));
  window.addEventListener("afterprint", () => fit());
})();

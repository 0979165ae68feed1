// @ts-check
/** Draws the charts of a page with ECharts, in the colours of the page, and again when these change. */

import { written } from "./words.js";

/**
 * What the server says; the same as `Chart` in shell/chart.py.
 * @typedef {{kind: string, labels: string[], series: {name: string, values: (number | null)[]}[], unit: string, currency: string}} Chart
 */

/** @type {Promise<any> | null} */
let library = null;

function loadLibrary() {
  const address = "../vendor/echarts/echarts.esm.min.mjs";
  library ??= import(address);
  return library;
}

function readColours() {
  const style = getComputedStyle(document.documentElement);
  /** @param {string} name */
  const colour = (name) => style.getPropertyValue(`--${name}`).trim();
  return {
    series: [1, 2, 3, 4, 5, 6].map((number) => colour(`chart-${number}`)),
    text: colour("text"), quiet: colour("text-3"), line: colour("line"), surface: colour("surface"),
    raised: colour("raised"), accent: colour("chart-1"), onAccent: colour("chart-on"), low: colour("chart-low"), font: style.getPropertyValue("--font"),
  };
}

/** @typedef {ReturnType<typeof readColours>} Colours */

/**
 * @param {Chart} chart
 * @param {Colours} colours
 */
function common(chart, colours) {
  return {
    color: colours.series,
    animationDuration: 300,
    textStyle: { fontFamily: colours.font, color: colours.text },
    aria: { enabled: false },
    tooltip: {
      renderMode: "richText", confine: true, backgroundColor: colours.raised, borderColor: colours.line, borderWidth: 1,
      padding: [8, 12], textStyle: { color: colours.text, fontSize: 13 },
      valueFormatter: (/** @type {number} */ value) => written(value, chart.unit, chart.currency),
    },
    legend: chart.series.length > 1 && chart.kind !== "heatmap"
      ? { top: 0, left: 0, icon: "roundRect", itemWidth: 10, itemHeight: 10, itemGap: 16, textStyle: { color: colours.quiet } }
      : undefined,
  };
}

/**
 * A share has no room above the whole; one that is small keeps the axis that fits it.
 * @param {Chart} chart
 */
function boundsOf(chart) {
  const most = Math.max(...chart.series.flatMap((one) => one.values.map(Number)), 0);
  return chart.unit === "ratio" && most > 0.75 && most <= 1 ? { max: 1, interval: 0.25 } : {};
}

/**
 * How tall a chart must be whose rows are as many as its names; 0 for one that fits any height.
 * @param {Chart} chart
 */
function heightOf(chart) {
  if (chart.kind === "rows") return chart.labels.length * (16 * chart.series.length + 18) + (chart.series.length > 1 ? 36 : 8);
  return chart.kind === "heatmap" ? Math.max(chart.series.length, 2) * 44 + 32 : 0;
}

/**
 * @param {Chart} chart
 * @param {Colours} colours
 * @param {number} [width]
 */
function axes(chart, colours, width = 480) {
  const names = {
    type: "category", data: chart.labels, axisTick: { show: false }, axisLine: { lineStyle: { color: colours.line } },
    axisLabel: { color: colours.quiet, hideOverlap: true }, boundaryGap: chart.kind !== "line" && chart.kind !== "area",
  };
  const amounts = {
    type: "value", splitNumber: 4, ...boundsOf(chart), splitLine: { lineStyle: { color: colours.line } },
    axisLabel: { color: colours.quiet, formatter: (/** @type {number} */ value) => written(value, chart.unit, chart.currency, true) },
  };
  const isLying = chart.kind === "rows";
  return {
    grid: { top: chart.series.length > 1 ? 36 : 12, left: 4, right: 16, bottom: 0, outerBoundsMode: "same", outerBoundsContain: "axisLabel" },
    xAxis: isLying ? { ...amounts, show: false } : names,
    yAxis: isLying ? { ...names, inverse: true, axisLine: { show: false }, axisLabel: { color: colours.quiet, interval: 0, width: width < 480 ? 92 : 200, overflow: "truncate" } } : amounts,
  };
}

/**
 * @param {Chart} chart
 * @param {Colours} colours
 */
function lines(chart, colours) {
  const base = common(chart, colours);
  return {
    ...base, ...axes(chart, colours), tooltip: { ...base.tooltip, trigger: "axis" },
    series: chart.series.map((one, place) => ({
      name: one.name, type: "line", data: one.values, symbol: "circle", symbolSize: 6, showSymbol: chart.labels.length < 15,
      lineStyle: { width: 2 }, areaStyle: chart.kind === "area" ? { opacity: place ? 0.08 : 0.14 } : undefined,
    })),
  };
}

/**
 * @param {Chart} chart
 * @param {Colours} colours
 * @param {number} width
 */
function bars(chart, colours, width) {
  const base = common(chart, colours);
  const isStacked = chart.kind === "stacked";
  const isLying = chart.kind === "rows";
  return {
    ...base, ...axes(chart, colours, width), tooltip: { ...base.tooltip, trigger: "axis", axisPointer: { type: "shadow" } },
    series: chart.series.map((one) => ({
      name: one.name, type: "bar", data: one.values, barMaxWidth: isLying ? (chart.series.length > 1 ? 13 : 18) : 28, stack: isStacked ? "all" : undefined,
      itemStyle: { borderRadius: isStacked ? 0 : isLying ? [0, 4, 4, 0] : [4, 4, 0, 0] },
      label: isLying ? {
        show: true, position: "right", color: colours.quiet, fontSize: chart.series.length > 1 ? 11 : 12,
        formatter: (/** @type {any} */ point) => written(point.value, chart.unit, chart.currency),
      } : undefined,
    })),
    ...(isLying ? { grid: { ...axes(chart, colours, width).grid, right: 72 } } : {}),
  };
}

/** @param {Chart} chart */
function points(chart) {
  return chart.labels.map((name, place) => ({ name, value: chart.series[0].values[place] }));
}

/**
 * @param {Chart} chart
 * @param {Colours} colours
 */
function pie(chart, colours) {
  const base = common(chart, colours);
  return {
    ...base,
    legend: { bottom: 0, icon: "circle", itemWidth: 10, itemHeight: 10, itemGap: 16, textStyle: { color: colours.quiet } },
    series: [{
      type: "pie", radius: ["52%", "76%"], center: ["50%", "44%"], data: points(chart), avoidLabelOverlap: true,
      itemStyle: { borderColor: colours.surface, borderWidth: 2, borderRadius: 4 },
      label: { color: colours.text, overflow: "none", formatter: (/** @type {any} */ part) => `${Math.round(part.percent)}%` },
      minShowLabelAngle: 3,
      labelLine: { length: 6, length2: 6, lineStyle: { color: colours.line } },
    }],
  };
}

/**
 * A step a bar, on a track as long as the first: it reads well also when a later step is the wider one.
 * @param {Chart} chart
 * @param {Colours} colours
 */
function funnel(chart, colours) {
  const base = common(chart, colours);
  const values = chart.series[0].values.map(Number);
  const first = values[0] || 1;
  const side = { type: "category", inverse: true, axisTick: { show: false }, axisLine: { show: false } };
  const shares = values.map((value) =>
    `${written(value, chart.unit, chart.currency)} · ${written(value / first, "ratio", chart.currency, true)}`);
  return {
    ...base,
    grid: { top: 0, left: 0, right: 4, bottom: 0, outerBoundsMode: "same", outerBoundsContain: "axisLabel" },
    xAxis: { type: "value", show: false, min: 0, max: Math.max(...values, 1) },
    yAxis: [
      { ...side, data: chart.labels, axisLabel: { color: colours.text, fontSize: 13, margin: 12 } },
      { ...side, data: shares, position: "right", axisLabel: { color: colours.quiet, fontSize: 12, margin: 12 } },
    ],
    series: [{
      name: chart.series[0].name, type: "bar", data: values, barWidth: "62%", showBackground: true,
      backgroundStyle: { color: colours.low, borderRadius: 6 },
      itemStyle: { borderRadius: 6, color: (/** @type {any} */ step) => fade(colours, step.dataIndex, values.length) },
    }],
  };
}

/**
 * The accent, a little quieter with every step.
 * @param {Colours} colours
 * @param {number} place
 * @param {number} count
 */
function fade(colours, place, count) {
  const share = Math.round(100 - (45 * place) / Math.max(count - 1, 1));
  const [red, green, blue] = [1, 3, 5].map((at) => parseInt(colours.accent.slice(at, at + 2), 16));
  return `rgba(${red}, ${green}, ${blue}, ${share / 100})`;
}

/**
 * Few columns keep to the left instead of becoming slabs.
 * @param {Chart} chart
 * @param {Colours} colours
 * @param {number} width
 */
function heatmap(chart, colours, width) {
  const base = common(chart, colours);
  const cells = chart.series.flatMap((row, y) => row.values.flatMap((value, x) => (value === null ? [] : [[x, y, value]])));
  const most = Math.max(...cells.map((cell) => cell[2]), 0);
  const strong = most * 0.6;
  const side = { type: "category", axisTick: { show: false }, axisLine: { show: false }, axisLabel: { color: colours.quiet }, splitArea: { show: false } };
  return {
    ...base,
    tooltip: {
      ...base.tooltip,
      formatter: (/** @type {any} */ point) =>
        `${chart.series[point.value[1]].name} · ${chart.labels[point.value[0]]}\n${written(point.value[2], chart.unit, chart.currency)}`,
    },
    grid: { top: 0, left: 0, right: Math.max(4, width - 120 * (chart.labels.length + 1)), bottom: 0, outerBoundsMode: "same", outerBoundsContain: "axisLabel" },
    xAxis: { ...side, data: chart.labels, position: "top" },
    yAxis: { ...side, data: chart.series.map((row) => row.name), inverse: true },
    visualMap: { show: false, min: 0, max: most, inRange: { color: [colours.low, colours.accent] } },
    series: [{
      type: "heatmap", itemStyle: { borderColor: colours.surface, borderWidth: 2, borderRadius: 4 },
      data: cells.map((value) => ({ value, label: { color: value[2] > strong ? colours.onAccent : colours.text } })),
      label: {
        show: chart.labels.length <= 13, fontSize: 11,
        formatter: (/** @type {any} */ point) => written(point.value[2], chart.unit, chart.currency, true),
      },
    }],
  };
}

/** @type {Record<string, (chart: Chart, colours: Colours, width: number) => object>} */
const drawings = { line: lines, area: lines, bar: bars, stacked: bars, rows: bars, pie, funnel, heatmap };

/** @param {HTMLElement} place */
async function draw(place) {
  /** @type {Chart} */
  const chart = JSON.parse(place.dataset.chart ?? "{}");
  const { init } = await loadLibrary();
  const height = heightOf(chart);
  if (height) place.style.height = `${height}px`;
  const drawn = init(place, null, { renderer: "canvas" });
  const paint = () => drawn.setOption(drawings[chart.kind](chart, readColours(), place.clientWidth), true);
  paint();
  const resizes = new ResizeObserver(() => {
    drawn.resize();
    if (chart.kind === "heatmap") paint();
  });
  resizes.observe(place);
  const dark = matchMedia("(prefers-color-scheme: dark)");
  dark.addEventListener("change", paint);
  place.addEventListener("htmx:beforeCleanupElement", () => {
    resizes.disconnect();
    dark.removeEventListener("change", paint);
    drawn.dispose();
  }, { once: true });
}

/** @param {ParentNode} root */
export function readyCharts(root) {
  for (const place of root.querySelectorAll("[data-chart]:not(.chart-drawn)")) {
    place.classList.add("chart-drawn");
    draw(/** @type {HTMLElement} */ (place));
  }
}

/* Draws each <div class="yh-chart" data-chart="ID"> from the ECharts option in the JSON block ID. */
(function () {
  "use strict";
  var LIGHT = ["#1f5a94", "#0f9488", "#d08a1d", "#8a5aa8", "#5b7c99", "#b4483a", "#6b9b37"];
  var DARK = ["#6aa9e6", "#3fbfae", "#e0ab52", "#bd93d8", "#93aec6", "#ee8b7e", "#9dc96b"];
  var root = document.documentElement;

  function named(name) { return getComputedStyle(root).getPropertyValue(name).trim(); }

  // ECharts colours axes and legends by its theme: ours takes the page's.
  function theme() {
    var ink = named("--tblr-body-color") || "#333", muted = named("--yh-muted"), line = named("--yh-line");
    var axis = {
      axisLabel: { color: muted }, nameTextStyle: { color: muted },
      axisLine: { lineStyle: { color: named("--yh-line-strong") } }, splitLine: { lineStyle: { color: line } }
    };
    return {
      color: root.getAttribute("data-bs-theme") === "dark" ? DARK : LIGHT,
      textStyle: { fontFamily: named("--tblr-font-sans-serif"), color: ink },
      title: { textStyle: { color: ink } }, legend: { textStyle: { color: ink } },
      categoryAxis: axis, valueAxis: axis,
      tooltip: { backgroundColor: named("--yh-surface"), borderColor: named("--yh-line-strong"), textStyle: { color: ink } }
    };
  }

  function dressed(option) {
    var grid = { left: 12, right: 28, top: 40, bottom: 12, containLabel: true };
    if (option.legend) option.legend = Object.assign({ top: 0, left: "center" }, option.legend);
    // Words beside a bar take the page's ink, whatever the option was made for.
    (option.series || []).forEach(function (one) {
      if (one.label && !/inside/i.test(one.label.position || "inside")) {
        one.label = Object.assign({}, one.label, { color: named("--yh-muted"), textBorderWidth: 0 });
      }
    });
    var dark = root.getAttribute("data-bs-theme") === "dark";
    return Object.assign({ grid: grid, animation: false, darkMode: dark }, option);
  }

  function draw(holder) {
    var block = document.getElementById(holder.dataset.chart);
    if (!block || holder.dataset.drawn) return;
    holder.dataset.drawn = "1";
    holder.style.height = (holder.dataset.height || 320) + "px";
    var chart = window.echarts.init(holder, theme(), { renderer: "svg" });
    chart.setOption(dressed(JSON.parse(block.textContent)));
    new ResizeObserver(function () { if (!chart.isDisposed()) chart.resize(); }).observe(holder);
  }

  function drawAgain() {
    document.querySelectorAll(".yh-chart[data-drawn]").forEach(function (holder) {
      window.echarts.getInstanceByDom(holder).dispose();
      delete holder.dataset.drawn;
      draw(holder);
    });
  }
  new MutationObserver(drawAgain).observe(root, { attributes: true, attributeFilter: ["data-bs-theme"] });

  function drawAll(root) { root.querySelectorAll(".yh-chart[data-chart]").forEach(draw); }

  document.addEventListener("DOMContentLoaded", function () { drawAll(document); });
  document.addEventListener("htmx:afterSettle", function (event) { drawAll(event.target); });
  window.addEventListener("beforeprint", function () {
    document.querySelectorAll("details.yh-figures").forEach(function (one) { one.open = true; });
  });
})();

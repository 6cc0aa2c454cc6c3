/* Draws each <div class="yh-chart" data-chart="ID"> from the ECharts option in the JSON block ID. */
(function () {
  "use strict";
  var COLOURS = ["#1f5a94", "#0f9488", "#d08a1d", "#8a5aa8", "#5b7c99", "#b4483a", "#6b9b37"];
  var FONT = getComputedStyle(document.documentElement).getPropertyValue("--tblr-font-sans-serif");

  function dressed(option) {
    var grid = { left: 12, right: 28, top: 40, bottom: 12, containLabel: true };
    if (option.legend) option.legend = Object.assign({ top: 0, left: "center" }, option.legend);
    return Object.assign({ color: COLOURS, grid: grid, animation: false, textStyle: { fontFamily: FONT } }, option);
  }

  function draw(holder) {
    var block = document.getElementById(holder.dataset.chart);
    if (!block || holder.dataset.drawn) return;
    holder.dataset.drawn = "1";
    holder.style.height = (holder.dataset.height || 320) + "px";
    var chart = window.echarts.init(holder, null, { renderer: "svg" });
    chart.setOption(dressed(JSON.parse(block.textContent)));
    new ResizeObserver(function () { chart.resize(); }).observe(holder);
  }

  function drawAll(root) { root.querySelectorAll(".yh-chart[data-chart]").forEach(draw); }

  document.addEventListener("DOMContentLoaded", function () { drawAll(document); });
  document.addEventListener("htmx:afterSettle", function (event) { drawAll(event.target); });
  window.addEventListener("beforeprint", function () {
    document.querySelectorAll("details.yh-figures").forEach(function (one) { one.open = true; });
  });
})();

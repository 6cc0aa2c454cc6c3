/* Ticking rows of a list. Without this file each row is ticked by itself. */
(function () {
  "use strict";

  function boxes() { return document.querySelectorAll('input[form="bulk"][name="row"]'); }

  function tell() {
    var bar = document.getElementById("bulk");
    if (!bar) return;
    var ticked = Array.from(boxes()).filter(function (one) { return one.checked; }).length;
    var place = bar.querySelector("[data-ticked]");
    if (place) place.textContent = ticked ? String(ticked) : "";
  }

  document.addEventListener("change", function (event) {
    if (event.target.matches("[data-tick-all]")) {
      boxes().forEach(function (one) { one.checked = event.target.checked; });
    }
    if (event.target.matches("[data-tick-all], input[form='bulk']")) tell();
  });
  window.addEventListener("pageshow", tell);
})();

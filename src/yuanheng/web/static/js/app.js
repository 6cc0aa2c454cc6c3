/* Small comforts. Every page works without this file. */
(function () {
  "use strict";

  // A filter that isn't set stays out of the address.
  document.addEventListener("htmx:configRequest", function (event) {
    if (event.detail.verb !== "get") return;
    var parameters = event.detail.formData || event.detail.parameters;
    var empty = [];
    parameters.forEach(function (value, name) { if (value === "") empty.push(name); });
    empty.forEach(function (name) { parameters.delete(name); });
  });

  // A part that could not be loaded is asked for as a whole page, which says what is wrong.
  document.addEventListener("htmx:responseError", function (event) {
    window.location.assign(event.detail.pathInfo.finalRequestPath);
  });

  document.addEventListener("click", function (event) {
    if (event.target.closest("[data-print]")) window.print();
    if (event.target.closest("[data-more-filters]")) filters.classList.toggle("yh-compact");
  });

  // On a phone the search comes first; the other conditions open on demand, or when one is set.
  var filters = document.getElementById("filters");
  if (filters) {
    var isSet = Array.from(filters.querySelectorAll("select")).some(function (one) { return one.value; });
    filters.classList.toggle("yh-compact", !isSet);
  }

  // A form is sent once.
  document.addEventListener("submit", function (event) {
    if (event.target.method !== "post") return;
    var button = event.submitter;
    if (button && !button.name) window.setTimeout(function () { button.disabled = true; button.dataset.sent = "1"; }, 0);
  });
  // What a person opens or closes stays so, but for the part in which they are.
  document.querySelectorAll("details[data-kept]").forEach(function (part) {
    var key = "yuanheng-" + part.dataset.kept, kept = null;
    try { kept = localStorage.getItem(key); } catch (error) { return; }
    if (kept === "open") part.open = true;
    if (kept === "closed" && !part.querySelector("[aria-current]")) part.open = false;
    part.querySelector("summary").addEventListener("click", function () {
      try { localStorage.setItem(key, part.open ? "closed" : "open"); } catch (error) { return; }
    });
  });

  // Paper is white.
  var root = document.documentElement, onScreen = "";
  window.addEventListener("beforeprint", function () { onScreen = root.getAttribute("data-bs-theme"); root.setAttribute("data-bs-theme", "light"); });
  window.addEventListener("afterprint", function () { if (onScreen) root.setAttribute("data-bs-theme", onScreen); });

  window.addEventListener("pageshow", function () {
    document.querySelectorAll("button[data-sent]").forEach(function (button) { button.disabled = false; });
  });
})();

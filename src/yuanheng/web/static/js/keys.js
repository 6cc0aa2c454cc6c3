/* The keyboard: help, search, going to a page, closing what is open, walking through a table. */
(function () {
  "use strict";
  var afterG = 0;

  function isWriting(element) {
    if (!element || /^(checkbox|radio|button|submit)$/.test(element.type)) return false;
    return element.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(element.tagName);
  }

  function closeMenus(except) {
    document.querySelectorAll("details[data-popover][open]").forEach(function (one) {
      if (one !== except && !(except && one.contains(except))) one.open = false;
    });
  }

  function help() {
    var dialog = document.getElementById("keys");
    if (dialog && !dialog.open) { closeMenus(); dialog.showModal(); }
  }

  function toSearch(event) {
    var field = document.getElementById("q") || document.querySelector("input[type=search]");
    if (!field) return;
    event.preventDefault();
    field.focus();
    field.select();
  }

  function goTo(letter) {
    var entry = document.querySelector('[data-goto="' + letter + '"]');
    if (entry) window.location.assign(entry.href);
  }

  // In a table the arrows move from row to row; each row is entered at its first link.
  function walk(event) {
    var region = event.target.closest(".yh-table");
    if (!region || isWriting(event.target)) return;
    var stops = Array.from(region.querySelectorAll("tbody tr")).map(function (row) {
      return row.querySelector("a[href]") || row.querySelector("button, input");
    }).filter(Boolean);
    if (!stops.length) return;
    var row = event.target.closest("tbody tr");
    var at = stops.findIndex(function (one) { return row && row.contains(one); });
    var next = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: stops.length - 1 }[event.key];
    if (next === undefined || next < 0 || next >= stops.length) return;
    event.preventDefault();
    stops[next].focus();
  }

  function escape(event) {
    var open = event.target.closest && event.target.closest("details[data-popover][open]");
    if (open) { open.open = false; open.querySelector("summary").focus(); return; }
    closeMenus();
    if (isWriting(event.target) && !event.target.value) event.target.blur();
  }

  document.addEventListener("keydown", function (event) {
    if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape") return escape(event);
    if (/^(Arrow(Up|Down)|Home|End)$/.test(event.key)) return walk(event);
    if (isWriting(event.target) || document.querySelector("dialog[open]")) return;
    var waited = afterG && event.timeStamp - afterG < 1500;
    afterG = 0;
    if (event.key === "?" || event.key === "？") { event.preventDefault(); help(); }
    else if (event.key === "/") toSearch(event);
    else if (waited && /^[a-z]$/.test(event.key)) goTo(event.key);
    else if (event.key === "g") afterG = event.timeStamp;
  });

  document.addEventListener("click", function (event) {
    if (event.target.closest("[data-keys]")) return help();
    closeMenus(event.target.closest("details[data-popover]"));
  });
})();

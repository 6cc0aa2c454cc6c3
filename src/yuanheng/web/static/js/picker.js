/* Finds indicators of the catalogue beside a field of names: arrows and Enter add one after another.
   Without this file the names are typed, or chosen on a page of their own. */
(function () {
  "use strict";
  document.querySelectorAll("[data-picker]").forEach(function (box) {
    if (box.dataset.ready) return;
    box.dataset.ready = "1";
    var field = document.getElementById(box.dataset.picker), input = box.querySelector("input");
    var list = box.querySelector("[role=listbox]"), said = box.querySelector("[data-said]");
    var between = box.dataset.between === "line" ? "\n" : "、";
    var found = [], at = -1, timer = 0, asked = 0;
    if (!field) return;
    box.hidden = false;

    function names() {
      return field.value.split(/[\r\n、,，]+/).map(function (one) { return one.trim(); }).filter(Boolean);
    }
    function has(one) {
      var there = names();
      return there.indexOf(one.name) >= 0 || there.indexOf(one.code) >= 0;
    }
    function close() {
      list.hidden = true;
      input.setAttribute("aria-expanded", "false");
      input.removeAttribute("aria-activedescendant");
      at = -1;
    }
    function mark(next) {
      at = next;
      Array.from(list.children).forEach(function (line, place) {
        line.setAttribute("aria-selected", place === at ? "true" : "false");
        if (place === at) line.scrollIntoView({ block: "nearest" });
      });
      if (at >= 0) input.setAttribute("aria-activedescendant", list.children[at].id);
      else input.removeAttribute("aria-activedescendant");
    }
    function draw() {
      list.replaceChildren.apply(list, found.map(function (one, place) {
        var line = document.createElement("li"), note = document.createElement("small");
        line.id = list.id + "-" + place;
        line.setAttribute("role", "option");
        line.textContent = one.name + " ";
        note.className = "yh-note";
        note.textContent = one.code + (one.unit ? " · " + one.unit : "") + (has(one) ? " · " + box.dataset.sayThere : "");
        line.appendChild(note);
        line.addEventListener("mousedown", function (event) { event.preventDefault(); take(place); });
        return line;
      }));
      said.textContent = found.length ? "" : box.dataset.sayNone;
      list.hidden = !found.length;
      input.setAttribute("aria-expanded", found.length ? "true" : "false");
      mark(found.length ? 0 : -1);
    }
    function take(place) {
      var one = found[place], there = names();
      if (!one) return;
      if (!has(one)) {
        there.push(one.name);
        field.value = there.join(between);
        field.dispatchEvent(new Event("change", { bubbles: true }));
        said.textContent = box.dataset.sayAdded.replace("#", one.name);
      } else said.textContent = box.dataset.sayThere;
      input.value = "";
      close();
      input.focus();
    }
    function search() {
      var mine = ++asked, kind = box.dataset.kind && field.form.elements[box.dataset.kind];
      var url = box.dataset.url + "?format=json&q=" + encodeURIComponent(input.value) + "&kind=" + encodeURIComponent(kind ? kind.value : "");
      fetch(url, { credentials: "same-origin" }).then(function (answer) { return answer.ok ? answer.json() : { rows: [] }; }).then(function (data) {
        if (mine !== asked) return;
        found = data.rows;
        draw();
      }).catch(function () { close(); });
    }
    input.addEventListener("input", function () { window.clearTimeout(timer); timer = window.setTimeout(search, 150); });
    input.addEventListener("blur", close);
    input.addEventListener("keydown", function (event) {
      if (event.isComposing) return;
      if (event.key === "ArrowDown") { event.preventDefault(); if (list.hidden) search(); else mark(Math.min(at + 1, found.length - 1)); }
      else if (event.key === "ArrowUp") { event.preventDefault(); if (!list.hidden) mark(Math.max(at - 1, 0)); }
      else if (event.key === "Enter") { event.preventDefault(); if (!list.hidden && at >= 0) take(at); else search(); }
      else if (event.key === "Escape" && !list.hidden) { event.preventDefault(); close(); }
    });
  });
})();

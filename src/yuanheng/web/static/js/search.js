/* The search over everything: Ctrl+K opens it, arrows walk the hits, pages seen last stand first. */
(function () {
  "use strict";
  var form = document.querySelector("[data-search]");
  if (!form) return;
  var field = form.querySelector("input[name=q]");
  var hits = document.getElementById("search-hits");
  var KEY = "yh-seen", MOST = 8, at = -1;

  function seen() {
    try { return JSON.parse(window.sessionStorage.getItem(KEY) || "[]"); } catch (error) { return []; }
  }

  // This tab's own memory: the pages of single records, gone when the tab is closed.
  function remember() {
    var head = document.querySelector("main .page-title");
    if (!head || !document.querySelector("main .breadcrumb")) return;
    var page = { text: head.firstChild ? head.firstChild.textContent.trim() : "", href: window.location.pathname };
    if (!page.text) return;
    var kept = seen().filter(function (one) { return one.href !== page.href; });
    kept.unshift(page);
    try { window.sessionStorage.setItem(KEY, JSON.stringify(kept.slice(0, MOST))); } catch (error) { /* full */ }
  }

  function showSeen() {
    var list = document.createElement("ul"), title = document.createElement("h2");
    title.className = "yh-hits-title";
    title.textContent = form.dataset.seen;
    seen().forEach(function (page) {
      var item = document.createElement("li"), link = document.createElement("a");
      link.className = "yh-hit";
      link.href = page.href;
      link.setAttribute("data-hit", "");
      link.textContent = page.text;
      item.appendChild(link);
      list.appendChild(item);
    });
    hits.replaceChildren.apply(hits, list.childNodes.length ? [title, list] : []);
    open(list.childNodes.length > 0);
  }

  function open(yes) {
    hits.hidden = !yes;
    field.setAttribute("aria-expanded", String(yes));
    at = -1;
  }

  function walk(step) {
    var links = Array.from(hits.querySelectorAll("[data-hit]"));
    if (!links.length) return;
    at = (at + step + links.length + (at < 0 && step < 0 ? 1 : 0)) % links.length;
    links.forEach(function (link, n) { link.classList.toggle("active", n === at); });
    links[at].scrollIntoView({ block: "nearest" });
  }

  document.addEventListener("keydown", function (event) {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
      event.preventDefault();
      field.focus();
      field.select();
    }
  });
  field.addEventListener("focus", function () { if (!field.value) showSeen(); else open(hits.childNodes.length > 0); });
  field.addEventListener("input", function () { if (!field.value) showSeen(); });
  field.addEventListener("keydown", function (event) {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      walk(event.key === "ArrowDown" ? 1 : -1);
    } else if (event.key === "Enter" && at >= 0 && !hits.hidden) {
      event.preventDefault();
      hits.querySelectorAll("[data-hit]")[at].click();
    } else if (event.key === "Escape") {
      open(false);
      field.blur();
    }
  });
  document.addEventListener("htmx:afterSwap", function (event) {
    if (event.target === hits) { if (field.value) open(true); else showSeen(); }
  });
  document.addEventListener("click", function (event) { if (!form.contains(event.target)) open(false); });
  remember();
})();

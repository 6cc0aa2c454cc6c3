/* The sheet of a submission: keys, blocks from Excel, every change kept at once, also without a
   connection. What waits lies in localStorage under person, submission and round, and is sent again
   when the connection is back. Without this file the form is posted as a whole. */
(function () {
  "use strict";
  var root = document.querySelector("form[data-sheet]");
  if (!root) return;
  var say = root.dataset, url = say.url;
  var store = ["yuanheng.sheet", say.user, say.sheet, say.round].join(".");
  var token = root.querySelector("[name=csrfmiddlewaretoken]").value;
  var stateBox = root.querySelector("[data-state]");
  var cells = new Map(), places = new Map();
  var queue = {}, serial = 0, sending = false, timer = 0, pause = 1000, stopped = "";

  function load() {
    try { return JSON.parse(localStorage.getItem(store) || "{}"); } catch (error) { return {}; }
  }
  function keep() {
    try {
      if (Object.keys(queue).length) localStorage.setItem(store, JSON.stringify(queue));
      else localStorage.removeItem(store);
    } catch (error) { /* a full or forbidden store: what was typed still stands in the cells */ }
  }
  function words(text, number, whole) {
    return text.replace("##", whole === undefined ? "" : whole).replace("#", number);
  }

  root.querySelectorAll("[data-cell]").forEach(function (box) {
    var input = box.querySelector("input[name^='v-']");
    places.set(box.dataset.at, box);
    if (!input) return;
    cells.set(box.dataset.cell, {
      key: box.dataset.cell, box: box, input: input, reason: box.querySelector("[data-reason]"),
      note: box.querySelector("[data-note]"), confirm: box.querySelector("[data-confirm]"),
      why: box.querySelector("details"), version: Number(box.dataset.version), shown: input.value
    });
  });
  root.querySelectorAll("[data-computed]").forEach(function (box) { places.set(box.dataset.at, box); });
  function cellOf(element) {
    var box = element.closest && element.closest("[data-cell]");
    return box ? cells.get(box.dataset.cell) : null;
  }

  // What is shown ---------------------------------------------------------------------------
  function waiting() { return Object.keys(queue).length; }
  function conflicts() {
    return Object.keys(queue).filter(function (key) { return queue[key].stale; }).length;
  }
  function show(kind) {
    var number = waiting(), text = say.saySaved;
    if (number && conflicts() === number) { kind = "conflict"; text = words(say.sayConflict, number); }
    else if (kind === "offline") text = words(say.sayOffline, number);
    else if (kind === "signed-out") text = words(say.saySignedOut, number);
    else if (kind === "refused") text = words(say.sayRefused, number) + " " + stopped;
    else if (number) { kind = "saving"; text = say.saySaving; }
    else kind = "saved";
    stateBox.textContent = text;
    stateBox.dataset.kind = kind;
  }

  function draw(cell, data) {
    cell.version = data.version;
    cell.box.querySelector("input[name^='n-']").value = data.version;
    cell.box.querySelector("input[name^='w-']").value = data.shown;
    cell.shown = data.shown;
    cell.box.className = cell.box.className.replace(/yh-cell-(?!marked)\w+/g, "").trim() + " yh-cell-" + data.state;
    if (data.mark === null) cell.box.classList.remove("yh-cell-marked");
    cell.note.textContent = data.note;
    cell.confirm.hidden = data.state !== "known";
    if (data.needs_reason && cell.why) cell.why.open = true;
    cell.input.classList.toggle("is-invalid", data.state === "faulty");
    drawFindings(cell, data);
  }
  function drawFindings(cell, data) {
    var list = cell.box.querySelector("[data-findings]");
    list.replaceChildren.apply(list, data.findings.map(function (one) {
      var line = document.createElement("li");
      line.className = "yh-finding-" + one.severity;
      line.textContent = one.text;
      return line;
    }));
    if (cell.why && data.findings.some(function (one) { return one.severity === "explain" && !one.explained; })) cell.why.open = true;
  }
  function drawRest(data) {
    (data.computed || []).forEach(function (one) {
      var box = root.querySelector('[data-computed="' + CSS.escape(one.subject + "|" + one.indicator) + '"] [data-text]');
      if (box) box.textContent = one.text;
    });
    var list = root.querySelector("[data-problems]");
    list.replaceChildren.apply(list, (data.problems || []).map(function (text) {
      var line = document.createElement("li");
      line.textContent = text;
      return line;
    }));
    root.querySelector("[data-progress]").textContent = say.sayProgress.replace("##", data.total).replace("#", data.done);
    var report = root.querySelector("[data-report]");
    report.hidden = report.dataset.report === "never" || data.problems.length > 0;
    var known = data.counts.known || 0, all = root.querySelector("[data-confirm-all]");
    all.hidden = !known;
    all.querySelector("[data-known-count]").textContent = known;
  }

  // Somebody else has changed the same cell: both values, and a choice.
  function choose(cell, data) {
    var entry = queue[cell.key], box = document.createElement("span");
    function button(text, value, mine) {
      var one = document.createElement("button");
      one.type = "button";
      one.className = "btn btn-sm";
      one.textContent = words(text, value || "—");
      one.addEventListener("click", function () {
        if (mine) { entry.version = data.version; entry.stale = false; entry.serial = ++serial; soon(0); }
        else { delete queue[cell.key]; cell.input.value = data.shown; draw(cell, data); }
        keep();
        box.remove();
        show("");
      });
      box.appendChild(one);
    }
    var old = cell.box.querySelector(".yh-cell-choice");
    if (old) old.remove();
    box.className = "yh-cell-choice";
    button(say.sayMine, entry.text, true);
    button(say.sayTheirs, data.shown, false);
    cell.note.textContent = data.said;
    cell.note.after(box);
  }

  // Keeping -----------------------------------------------------------------------------------
  function put(cell, change) {
    var entry = queue[cell.key] || { version: cell.version };
    Object.assign(entry, change);
    entry.serial = ++serial;
    queue[cell.key] = entry;
    keep();
    show("");
    soon(400);
  }
  function typed(cell) {
    if (cell.input.value === cell.shown && !queue[cell.key]) return;
    put(cell, { text: cell.input.value, confirm: false });
  }
  function soon(after) {
    window.clearTimeout(timer);
    timer = window.setTimeout(send, after);
  }

  function send() {
    var keys = Object.keys(queue).filter(function (key) { return !queue[key].stale; });
    if (sending || stopped || !keys.length) { show(""); return; }
    var sent = {};
    var body = keys.map(function (key) {
      var entry = queue[key], parts = key.split("|");
      sent[key] = entry.serial;
      var one = { subject: parts[0], indicator: parts[1], version: entry.version };
      if (entry.confirm) one.confirm = true;
      else if (entry.text !== undefined) one.text = entry.text;
      if (entry.reason !== undefined) one.reason = entry.reason;
      return one;
    });
    sending = true;
    show("");
    fetch(url, {
      method: "PUT", credentials: "same-origin", body: JSON.stringify({ cells: body }),
      headers: { "Content-Type": "application/json", "X-CSRFToken": token, "Accept-Language": document.documentElement.lang }
    }).then(function (answer) {
      return answer.json().then(function (data) { return { status: answer.status, data: data }; });
    }).then(function (found) {
      sending = false;
      if (found.status === 401) { show("signed-out"); return; }
      if (found.status >= 500) { later("offline"); return; }
      if (found.status !== 200) {
        stopped = (found.data.errors || []).map(function (one) { return one.what; }).join(" ");
        show("refused");
        return;
      }
      pause = 1000;
      found.data.cells.forEach(function (data) { settle(data, sent); });
      keep();
      drawRest(found.data);
      show("");
      if (Object.keys(queue).some(function (key) { return !queue[key].stale; })) soon(0);
    }).catch(function () { sending = false; later("offline"); });
  }
  function later(kind) {
    show(kind);
    pause = Math.min(pause * 2, 30000);
    window.clearTimeout(timer);
    timer = window.setTimeout(send, pause);
  }
  function settle(data, sent) {
    var key = data.subject + "|" + data.indicator, cell = cells.get(key), entry = queue[key];
    if (!cell || !entry) { delete queue[key]; return; }
    var isNewest = entry.serial === sent[key];
    if (data.outcome === "stale") { entry.stale = true; choose(cell, data); return; }
    if (data.outcome === "refused") {
      delete queue[key];
      cell.note.textContent = data.said;
      cell.input.classList.add("is-invalid");
      return;
    }
    if (isNewest) {
      delete queue[key];
      draw(cell, data);
      if (document.activeElement !== cell.input) cell.input.value = data.shown;
    } else { entry.version = data.version; cell.version = data.version; }
  }

  // Keys ----------------------------------------------------------------------------------------
  function near(cell, down, right) {
    var at = cell.box.dataset.at.split(",").map(Number), row = at[0] + down, column = at[1] + right;
    for (var steps = 0; steps < 400; steps++) {
      var box = places.get(row + "," + column);
      if (!box && !hasRow(row, down)) return null;
      var found = box && cells.get(box.dataset.cell);
      if (found) return found;
      row += down; column += right;
      if (!down && !box) return null;
    }
    return null;
  }
  function hasRow(row, down) {
    if (!down) return false;
    return Array.from(places.keys()).some(function (key) {
      var at = Number(key.split(",")[0]);
      return down > 0 ? at >= row : at <= row;
    });
  }
  function go(cell, down, right, event) {
    var next = near(cell, down, right);
    if (!next) return;
    event.preventDefault();
    next.input.focus();
    next.input.select();
  }
  root.addEventListener("keydown", function (event) {
    var cell = cellOf(event.target);
    if (!cell || event.target !== cell.input || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) {
      if (event.key === "Enter" && cell && event.target === cell.reason) { event.preventDefault(); cell.input.focus(); }
      return;
    }
    var input = cell.input, whole = input.selectionStart === 0 && input.selectionEnd === input.value.length;
    var atStart = whole || (input.selectionStart === 0 && input.selectionEnd === 0);
    var atEnd = whole || (input.selectionStart === input.value.length);
    if (event.key === "Enter") { event.preventDefault(); typed(cell); go(cell, event.shiftKey ? -1 : 1, 0, event); }
    else if (event.key === "ArrowDown") go(cell, 1, 0, event);
    else if (event.key === "ArrowUp") go(cell, -1, 0, event);
    else if (event.key === "ArrowLeft" && atStart && !event.shiftKey) go(cell, 0, -1, event);
    else if (event.key === "ArrowRight" && atEnd && !event.shiftKey) go(cell, 0, 1, event);
    else if (event.key === "Escape") { input.value = cell.shown; }
  });
  root.addEventListener("focusin", function (event) {
    var cell = cellOf(event.target);
    if (cell && event.target === cell.input) cell.input.select();
  });

  // A block from a spreadsheet: lines and tabs, from this cell on.
  root.addEventListener("paste", function (event) {
    var cell = cellOf(event.target), text = event.clipboardData ? event.clipboardData.getData("text") : "";
    if (!cell || event.target !== cell.input || !/[\t\n\r]/.test(text)) return;
    event.preventDefault();
    var at = cell.box.dataset.at.split(",").map(Number), done = 0, out = 0;
    text.replace(/\r\n?/g, "\n").replace(/\n$/, "").split("\n").forEach(function (line, down) {
      line.split("\t").forEach(function (value, right) {
        var box = places.get((at[0] + down) + "," + (at[1] + right));
        var target = box && cells.get(box.dataset.cell);
        value = value.trim();
        if (!target) { if (value) out++; return; }
        if (!value) return;
        target.input.value = value;
        typed(target);
        done++;
      });
    });
    soon(0);
    var said = words(say.sayPasted, done) + (out ? " " + words(say.sayLeftOut, out) : "");
    var box = root.querySelector("[data-pasted]") || document.createElement("span");
    box.dataset.pasted = "";
    box.className = "text-secondary";
    box.textContent = said;
    stateBox.after(box);
  });

  var idle = 0;
  root.addEventListener("input", function (event) {
    var cell = cellOf(event.target);
    if (!cell) return;
    window.clearTimeout(idle);
    idle = window.setTimeout(function () { changed(event.target, cell); }, 900);
  });
  root.addEventListener("change", function (event) {
    var cell = cellOf(event.target);
    if (cell) { window.clearTimeout(idle); changed(event.target, cell); }
  });
  function changed(target, cell) {
    if (target === cell.input) typed(cell);
    else if (target === cell.reason) put(cell, { reason: cell.reason.value });
  }

  root.addEventListener("click", function (event) {
    var one = event.target.closest("[data-confirm]"), all = event.target.closest("[data-confirm-all]");
    var save = event.target.closest("[data-keep]");
    // Nobody reports what is still on its way.
    if (event.target.closest("[data-report]") && waiting()) { event.preventDefault(); soon(0); }
    if (one) { event.preventDefault(); put(cellOf(one), { confirm: true }); soon(0); }
    if (all) {
      event.preventDefault();
      cells.forEach(function (cell) { if (cell.box.classList.contains("yh-cell-known")) put(cell, { confirm: true }); });
      soon(0);
    }
    if (save) { event.preventDefault(); stopped = ""; pause = 1000; soon(0); }
  });
  root.addEventListener("submit", function (event) { event.preventDefault(); });

  window.addEventListener("online", function () { pause = 1000; soon(0); });
  window.addEventListener("offline", function () { if (waiting()) show("offline"); });
  window.addEventListener("beforeunload", keep);

  // What an earlier visit could not send is typed in again and sent.
  queue = load();
  Object.keys(queue).forEach(function (key) {
    var cell = cells.get(key), entry = queue[key];
    if (!cell) { delete queue[key]; return; }
    entry.serial = ++serial;
    entry.stale = false;
    if (entry.text !== undefined && !entry.confirm) cell.input.value = entry.text;
    if (entry.reason !== undefined && cell.reason) cell.reason.value = entry.reason;
  });
  show("");
  if (waiting()) soon(0);
})();

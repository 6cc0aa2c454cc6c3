// Keys of the desk, and files dropped anywhere on the page. Without this file all is done by
// buttons and links.
"use strict";

(() => {
  const cards = [...document.querySelectorAll("[data-card]")];
  let at = -1;

  const go = (index) => {
    if (!cards[index]) return;
    at = index;
    cards[at].focus();
    cards[at].scrollIntoView({ block: "nearest" });
    const number = cards[at].dataset.markOf;
    document.querySelectorAll(".yh-mark-here").forEach((one) => one.classList.remove("yh-mark-here"));
    document.querySelectorAll(`[data-mark~="${number}"]`).forEach((one, i) => {
      one.classList.add("yh-mark-here");
      if (i === 0) one.scrollIntoView({ block: "nearest" });
    });
  };

  const begun = cards.findIndex((one) => `#${one.id}` === location.hash);
  if (begun >= 0) go(begun);

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || !cards.length) return;
    if (event.target.closest("input, textarea, select")) return;
    const key = event.key.toLowerCase();
    if (key === "j") return go(Math.min(at + 1, cards.length - 1));
    if (key === "k") return go(Math.max(at - 1, 0));
    const found = at >= 0 && cards[at].querySelector(`[data-key="${CSS.escape(key)}"]`);
    if (!found) return;
    event.preventDefault();
    found.click();
  });

  const form = document.querySelector("[data-drop]");
  if (!form) return;
  const input = form.querySelector("input[type=file]");
  document.addEventListener("dragover", (event) => {
    event.preventDefault();
    form.classList.add("yh-dropping");
  });
  document.addEventListener("dragleave", () => form.classList.remove("yh-dropping"));
  document.addEventListener("drop", (event) => {
    event.preventDefault();
    form.classList.remove("yh-dropping");
    if (!event.dataTransfer.files.length) return;
    input.files = event.dataTransfer.files;
    form.requestSubmit();
  });
})();

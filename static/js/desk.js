// For all pages of the desk: choices with a search get the name of their label, and what shows
// something on its way refreshes the part that changes.
"use strict";

function nameChoices(root) {
  for (const select of root.querySelectorAll("select.select2-hidden-accessible")) {
    const [label] = select.labels;
    const box = select.nextElementSibling?.querySelector(".select2-selection");
    if (!label || !box) continue;
    label.id ||= `${select.id}_label`;
    const value = box.querySelector("[id]");
    box.setAttribute("aria-labelledby", `${label.id}${value ? ` ${value.id}` : ""}`);
  }
}

// Select2 makes its boxes when the page is ready, or right after an item was added.
window.addEventListener("load", () => nameChoices(document));
document.addEventListener("formset:added", (event) => {
  window.setTimeout(() => nameChoices(event.target), 0);
});

document.addEventListener("DOMContentLoaded", () => {
  const PARTS = ["[data-refresh]", ".desk-head"];

  async function refresh() {
    const answer = await fetch(window.location.href, { headers: { Accept: "text/html" } });
    if (!answer.ok) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    // Nothing is left to wait for, or what was open for writing is on its way by now.
    const closed = document.getElementById("mail-form") && !fresh.getElementById("mail-form");
    if (closed || !fresh.querySelector("[data-refresh]")) {
      window.location.reload();
      return;
    }
    for (const part of PARTS) {
      const [here, there] = [document.querySelector(part), fresh.querySelector(part)];
      // A button that somebody is about to press stays where it is.
      if (here && there && !here.contains(document.activeElement)) here.replaceWith(there);
    }
  }

  const first = document.querySelector("[data-refresh]");
  if (first) window.setInterval(refresh, Number(first.dataset.refresh) * 1000);
});

// The desk's pages that show something on its way refresh the part that changes.
"use strict";

document.addEventListener("DOMContentLoaded", () => {
  const PARTS = ["[data-refresh]", ".desk-head"];

  async function refresh() {
    const answer = await fetch(window.location.href, { headers: { Accept: "text/html" } });
    if (!answer.ok) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (!fresh.querySelector("[data-refresh]")) {
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

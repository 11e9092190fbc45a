// Pages of the desk stay open for hours: what stands in the way of all mails shows without a reload,
// and goes away by itself.
"use strict";

document.addEventListener("DOMContentLoaded", () => {
  const EVERY = 20000;
  const here = document.querySelector("[data-troubles]");
  if (!here) return;

  async function ask() {
    if (document.hidden) return;
    try {
      const answer = await fetch(here.dataset.troubles);
      // Whoever was logged out meanwhile is sent elsewhere.
      if (!answer.ok || answer.redirected) return;
      const fresh = await answer.text();
      // The same words are not read out again.
      if (fresh.trim() !== known) {
        known = fresh.trim();
        here.innerHTML = fresh;
      }
    } catch {
      // The site itself is away: the next look says more.
    }
  }

  let known = here.innerHTML.trim();
  window.setInterval(ask, EVERY);
  document.addEventListener("visibilitychange", ask);
});

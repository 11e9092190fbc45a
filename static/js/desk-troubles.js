// Pages of the desk stay open for hours: what stands in the way of all mails shows without a reload,
// and goes away by itself.
"use strict";

document.addEventListener("DOMContentLoaded", () => {
  const EVERY = 20000;
  const here = document.querySelector("[data-troubles]");
  if (!here) return;

  let known = here.innerHTML.trim();

  // There is always more to come.
  async function look() {
    const answer = await fetch(here.dataset.troubles);
    // Whoever was logged out meanwhile is sent elsewhere.
    if (!answer.ok || answer.redirected) return true;
    const fresh = await answer.text();
    // The same words are not read out again.
    if (fresh.trim() !== known) {
      known = fresh.trim();
      here.innerHTML = fresh;
    }
    return true;
  }

  keepAsking(look, () => EVERY);
  document.addEventListener("visibilitychange", () => {
    // The site itself may be away: the next look says more.
    if (!document.hidden) look().catch(() => {});
  });
});

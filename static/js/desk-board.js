// The desk's first page: counts down each minute, and asks every 30 s how things stand by now.
// Only rows that changed are replaced, so focus and scroll stay where they are.
"use strict";

document.addEventListener("DOMContentLoaded", () => {
  const EVERY = 30000;
  const MINUTE = 60000;
  const board = document.querySelector("[data-board]");
  if (!board) return;

  // The same words as newsletter/admin/today/words.py.
  function span(ms) {
    const minutes = Math.floor(ms / MINUTE);
    if (minutes >= 48 * 60) return `${Math.floor(minutes / 1440)} days`;
    const hours = Math.floor(minutes / 60);
    if (hours >= 24) return `${hours} h`;
    const rest = minutes % 60;
    return [hours ? `${hours} h` : "", rest || !hours ? `${rest} min` : ""].filter(Boolean).join(" ");
  }

  function words(there) {
    const left = new Date(there.dataset.at) - Date.now();
    if (there.dataset.begun !== undefined) return -left < MINUTE ? "began just now" : `began ${span(-left)} ago`;
    if (Math.abs(left) < MINUTE) return "in a moment";
    return left > 0 ? `in ${span(left)}` : `${span(-left)} late`;
  }

  function count() {
    for (const there of board.querySelectorAll("[data-at]")) there.textContent = words(there);
  }

  // What a row says: a form's token is another each time, and the countdown runs by itself.
  function said(row) {
    const copy = row.cloneNode(true);
    for (const token of copy.querySelectorAll("[name=csrfmiddlewaretoken]")) token.remove();
    for (const there of copy.querySelectorAll("[data-at]")) there.textContent = "";
    return copy.outerHTML;
  }

  const keyed = (parent) => [...parent.children].filter((child) => child.dataset.key);

  // Lets the children of `here` be those of `fresh`, by key; what is the same stays, and what has the
  // focus stays as it is.
  function merge(here, fresh) {
    const old = new Map(keyed(here).map((child) => [child.dataset.key, child]));
    const wanted = new Set(keyed(fresh).map((child) => child.dataset.key));
    for (const [key, child] of old) {
      if (wanted.has(key)) continue;
      if (!child.contains(document.activeElement)) child.remove();
      else for (const rows of child.querySelectorAll(":scope > [data-rows]")) merge(rows, document.createElement("ol"));
    }
    let place = keyed(here)[0] ?? null;
    for (const child of keyed(fresh)) {
      const there = old.get(child.dataset.key);
      if (!there) {
        here.insertBefore(document.adoptNode(child), place);
        continue;
      }
      // What is moved loses the focus: then the others move around it.
      if (there !== place && !there.contains(document.activeElement)) here.insertBefore(there, place);
      else place = there.nextElementSibling;
      renew(there, child);
    }
  }

  function renew(there, child) {
    if (said(there) === said(child)) return;
    const rows = child.querySelector(":scope > [data-rows]");
    if (rows || child.querySelector(":scope > [data-key]")) inside(there, child, rows);
    else if (!there.contains(document.activeElement)) there.replaceWith(document.adoptNode(child));
  }

  // A part: its drawing, its rows, and the parts in it.
  function inside(there, child, rows) {
    const drawing = there.querySelector(":scope > [data-strip]");
    const other = child.querySelector(":scope > [data-strip]");
    if (drawing && other && drawing.innerHTML !== other.innerHTML) drawing.innerHTML = other.innerHTML;
    if (rows) merge(there.querySelector(":scope > [data-rows]"), rows);
    else merge(there, child);
  }

  // Whether there is sense in asking again.
  async function look() {
    const answer = await fetch(board.dataset.board, { headers: { Accept: "text/html" } });
    if (!answer.ok) return answer.status >= 500;
    const html = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = html.querySelector("[data-board]");
    // The page to log in.
    if (!fresh) return false;
    merge(board, fresh);
    count();
    return true;
  }

  window.setInterval(count, MINUTE);
  keepAsking(look, () => EVERY);
});

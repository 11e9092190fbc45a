// For all pages of the desk: choices with a search get the name of their label, and what shows
// something on its way refreshes the part that changes.
"use strict";

// Looks again every so many milliseconds (`every` says how many by then), while somebody sees the
// page, until `look` says that there is no more to come.
function keepAsking(look, every) {
  async function again() {
    let more = true;
    try {
      if (!document.hidden) more = await look();
    } catch {
      // The network is away; it may come back.
    }
    if (more) window.setTimeout(again, every());
  }
  window.setTimeout(again, every());
}

function nameChoices(root) {
  for (const select of root.querySelectorAll("select.select2-hidden-accessible")) {
    const [label] = select.labels;
    const box = select.nextElementSibling?.querySelector(".select2-selection");
    if (!label || !box) continue;
    label.id ||= `${select.id}_label`;
    const value = box.querySelector("[id]");
    box.setAttribute("aria-labelledby", `${label.id}${value ? ` ${value.id}` : ""}`);
    for (const part of box.querySelectorAll(".select2-search__field, [role=textbox]")) {
      part.setAttribute("aria-labelledby", label.id);
    }
    // Its list holds the button that empties it too, and so is none.
    for (const part of box.querySelectorAll("ul, li")) part.setAttribute("role", "presentation");
  }
}

// Select2 makes its boxes when it is ready, after an item was added, and anew with each choice.
window.addEventListener("load", () => {
  nameChoices(document);
  if (!document.querySelector("select.admin-autocomplete")) return;
  new MutationObserver(() => nameChoices(document)).observe(document.body, { childList: true, subtree: true });
});

// A form is sent once: a second press while it is on its way asks for nothing. What takes long says
// what it waits for (data-waits), for as long as that takes.
function submitsOf(form) {
  return [...form.elements].filter((each) => each.type === "submit");
}

function canBeSentAgain(form) {
  delete form.dataset.sent;
  if (form.dataset.waits) form.querySelector("[data-waiting]").textContent = "";
  for (const button of submitsOf(form)) button.removeAttribute("aria-disabled");
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post") return;
  if (form.dataset.sent !== undefined) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "";
  // Not `disabled`, which would leave out the value of the button that was pressed.
  for (const button of submitsOf(form)) button.setAttribute("aria-disabled", "true");
  if (form.dataset.waits) form.querySelector("[data-waiting]").textContent = form.dataset.waits;
  // A file that is downloaded leaves the page as it is.
  else window.setTimeout(() => canBeSentAgain(form), 5000);
});

// Going back in the browser's history shows the form as it was left: ready to be sent again.
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) canBeSentAgain(form);
});

// The menu and a wide table scroll by the same script, which calls both the same.
window.addEventListener("load", () => {
  const menu = document.querySelector("#nav-sidebar-apps .simplebar-content-wrapper");
  menu?.setAttribute("aria-label", "Menu");
});

// What opens the menu is drawn as a picture: here it becomes a button, for the keyboard and by name.
window.addEventListener("load", () => {
  for (const icon of document.querySelectorAll("#header-inner [x-on\\:click*=sidebar]")) {
    icon.setAttribute("role", "button");
    icon.setAttribute("aria-label", "Menu");
    icon.tabIndex = 0;
    icon.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" && event.key !== " ") return;
      event.preventDefault();
      icon.click();
    });
  }
});

// Pages are hidden until django-unfold has drawn them, and browsers put the cursor into nothing hidden.
window.addEventListener("load", () => {
  const isFree = document.activeElement === document.body;
  if (isFree) document.querySelector("[autofocus]")?.focus();
});

// What moves while a mail is on its way is asked for every few seconds (data-every) and put in place
// of what stands there.
document.addEventListener("DOMContentLoaded", () => {
  const page = document.querySelector("[data-live]");
  if (!page || page.dataset.moving === undefined) return;
  const form = document.getElementById("mail-form");
  const said = page.querySelector("[data-live-said]");
  let told = page.dataset.said;
  let every = 1000 * page.dataset.every;

  const isWriting = () =>
    form && (form.dataset.unsaved !== undefined || form.contains(document.activeElement));

  function replace(fresh) {
    for (const there of fresh.querySelectorAll("[data-part]")) {
      const here = page.querySelector(`[data-part=${there.dataset.part}]`);
      // What somebody opened stays open.
      for (const opened of here.querySelectorAll("details[open][id]")) {
        there.querySelector(`#${opened.id}`)?.setAttribute("open", "");
      }
      // What somebody is about to press stays where it is, and what is the same too.
      if (here.contains(document.activeElement) || here.innerHTML === there.innerHTML) continue;
      here.innerHTML = there.innerHTML;
    }
    if (fresh.dataset.said !== told) said.textContent = told = fresh.dataset.said;
  }

  // Whether there is more to come.
  async function look() {
    const answer = await fetch(page.dataset.live, { headers: { Accept: "text/html" } });
    if (!answer.ok) return answer.status >= 500;
    const html = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = html.querySelector("[data-state]");
    // The page to log in.
    if (!fresh) return false;
    const isOther = fresh.dataset.state !== page.dataset.state || fresh.dataset.moving === undefined;
    // Other buttons apply now. What is being written is not lost for it.
    if (isOther && !isWriting()) {
      window.location.reload();
      return false;
    }
    replace(fresh);
    every = 1000 * fresh.dataset.every;
    return fresh.dataset.moving !== undefined;
  }

  keepAsking(look, () => every);
});

// A plain file field shows its own name: unfold looks for a text field beside each.
function showOwnNames(root) {
  for (const field of root.querySelectorAll(".desk-file")) field.hasChangeListener = true;
}
document.addEventListener("DOMContentLoaded", () => showOwnNames(document));
document.addEventListener("formset:added", (event) => showOwnNames(event.target));

// How long a text is, against how long it should be: in characters, or with data-counts in words.
// Of an item's text its section says how long.
function countLengths(root) {
  const lengthOf = {
    characters: (text) => [...text.trim()].length,
    words: (text) => text.split(/\s+/).filter(Boolean).length,
  };
  for (const field of root.querySelectorAll("[data-at-most], [data-by-section]")) {
    if (field.dataset.counted !== undefined) continue;
    field.dataset.counted = "";
    const count = document.createElement("p");
    count.className = "desk-count";
    field.closest(".desk-field").append(count);
    const show = () => {
      const place = field.dataset.bySection === undefined ? null : field.closest("[data-section]");
      const { counts = "characters" } = field.dataset;
      const least = Number((place ? place.dataset.wordsAtLeast : field.dataset.atLeast) || 0);
      const most = Number(place ? place.dataset.wordsAtMost : field.dataset.atMost);
      const length = lengthOf[counts](field.value);
      // What is empty is taken from the story, or need not be there.
      const isQuiet = !length && (place || field.dataset.quiet !== undefined);
      const fits = isQuiet || (length <= most && length >= least);
      const range = place && least ? `${least}-${most}` : most;
      count.textContent = isQuiet ? "" : `${length} of ${range} ${counts}${fits || !length ? "" : ", look again"}`;
      count.classList.toggle("desk-amber", !fits);
    };
    for (const name of ["input", "focus", "mail:refreshed"]) field.addEventListener(name, show);
    show();
  }
}
document.addEventListener("DOMContentLoaded", () => countLengths(document));
for (const name of ["formset:added", "mail:replaced"]) {
  document.addEventListener(name, (event) => countLengths(event.target));
}

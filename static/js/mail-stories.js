// The drawer of stories: looking for them, and adding them to the mail on the page.
"use strict";

(() => {
  const drawer = document.querySelector("[data-drawer]");
  const { form, places, add } = window.deskMail;
  const find = drawer.querySelector("[data-find-stories]");
  const adding = drawer.querySelector("[data-add-stories]");
  const part = drawer.querySelector("[data-stories-part]");
  const told = drawer.querySelector("[data-found]");
  const summary = drawer.querySelector("summary");
  let asked = 0;

  async function fetchPart(query) {
    const answer = await fetch(`${find.action}?${query}&part=1`, { headers: { Accept: "text/html" } });
    if (!answer.ok) throw new Error(answer.status);
    return new DOMParser().parseFromString(await answer.text(), "text/html");
  }

  async function look() {
    const mine = ++asked;
    const html = await fetchPart(new URLSearchParams(new FormData(find)));
    if (mine !== asked) return;
    part.replaceChildren(...html.body.childNodes);
    markThoseHere();
    const count = part.querySelectorAll("[data-story]").length;
    told.textContent = count ? `${count} stories` : "No story is like that.";
  }

  let timer = 0;
  const soon = () => {
    window.clearTimeout(timer);
    timer = window.setTimeout(() => look().catch(() => {}), 300);
  };
  find.addEventListener("input", soon);
  find.addEventListener("change", soon);
  find.addEventListener("submit", (event) => {
    event.preventDefault();
    window.clearTimeout(timer);
    look().catch(() => find.submit());
  });

  part.addEventListener("click", async (event) => {
    const more = event.target.closest("[data-more] a");
    if (!more) return;
    event.preventDefault();
    const html = await fetchPart(new URL(more.href).search.slice(1));
    const [first, ...rest] = html.querySelectorAll("[data-stories] > li");
    part.querySelector("[data-stories]").append(first, ...rest);
    part.querySelector("[data-more]").replaceWith(html.querySelector("[data-more]"));
    markThoseHere();
    first.querySelector("select, button")?.focus();
    told.textContent = `${rest.length + 1} more stories`;
  });

  // What stands on the page is not offered again.
  function markThoseHere() {
    const here = new Set([...form.querySelectorAll("select[name$=-article]")].map((one) => one.value));
    for (const story of part.querySelectorAll("[data-story]")) {
      const button = story.querySelector(".desk-add");
      if (button) button.hidden = here.has(story.dataset.story);
      if (button) story.draggable = !button.hidden;
    }
  }

  function addTo(place, story) {
    add(place, { id: story.dataset.story, title: story.dataset.storyTitle });
    markThoseHere();
  }

  adding.addEventListener("submit", (event) => {
    event.preventDefault();
    const story = event.submitter.closest("[data-story]");
    const wanted = story.querySelector("select").value;
    addTo(places().find((place) => place.dataset.section === wanted), story);
    const next = story.nextElementSibling?.querySelector(".desk-add:not([hidden]) button");
    (next || find.querySelector("[name=q]")).focus();
  });

  const KIND = "text/x-story";
  part.addEventListener("dragstart", (event) => {
    const story = event.target.closest("[data-story]");
    event.dataTransfer.setData(KIND, story.dataset.story);
    event.dataTransfer.effectAllowed = "copy";
  });
  const isStory = (event) => event.dataTransfer.types.includes(KIND);
  form.addEventListener("dragover", (event) => {
    if (isStory(event) && event.target.closest("[data-section]")) event.preventDefault();
  });
  form.addEventListener("drop", (event) => {
    const place = event.target.closest("[data-section]");
    if (!place || !isStory(event)) return;
    event.preventDefault();
    const id = event.dataTransfer.getData(KIND);
    addTo(place, part.querySelector(`[data-story="${CSS.escape(id)}"]`));
  });

  drawer.addEventListener("toggle", () => {
    if (!drawer.open) return;
    markThoseHere();
    find.querySelector("[name=q]").focus();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !drawer.open) return;
    drawer.open = false;
    summary.focus();
  });
  form.addEventListener("mail:replaced", markThoseHere);
})();

// The page where a mail is written: adding, moving (by keyboard and by drag) and taking out items.
"use strict";

(() => {
  const form = document.getElementById("mail-form");
  if (!form) return;
  const template = document.getElementById("item-template");
  const total = form.querySelector("[name=items-TOTAL_FORMS]");
  const said = form.querySelector("[data-said]");
  const unsaved = form.querySelector("[data-unsaved]");
  let isDirty = false;

  const places = () => [...form.querySelectorAll("[data-section]")];
  const listOf = (place) => place.querySelector(".desk-items");
  const titleOf = (item) => item.querySelector("[data-title]").textContent.trim();
  const headingOf = (place) => place.querySelector("h2").firstChild.textContent.trim();
  const sectionField = (item) => item.querySelector("select[name$=-section]");

  function changed() {
    isDirty = true;
    form.dataset.unsaved = "";
    unsaved.hidden = false;
  }

  // What stands on the page is what is sent: place and section follow the order of the items.
  function settle() {
    let number = 0;
    for (const place of places()) {
      for (const item of place.querySelectorAll("[data-item]")) {
        item.querySelector("[name$=-place]").value = number++;
        sectionField(item).value = place.dataset.section;
      }
    }
  }

  function say(item) {
    const place = item.closest("[data-section]");
    const items = [...listOf(place).querySelectorAll("[data-item]")];
    said.textContent = `${titleOf(item)}: ${headingOf(place)}, ${items.indexOf(item) + 1} of ${items.length}`;
  }

  function add(place) {
    const holder = document.createElement("template");
    holder.innerHTML = template.innerHTML.replaceAll("__prefix__", total.value);
    const item = holder.content.firstElementChild;
    total.value = Number(total.value) + 1;
    listOf(place).append(item);
    sectionField(item).value = place.dataset.section;
    item.dispatchEvent(
      new CustomEvent("formset:added", { bubbles: true, detail: { formsetName: "items" } }),
    );
    item.scrollIntoView({ block: "nearest" });
    item.querySelector("input[name$=-kicker]").focus();
    changed();
  }

  // At the edge of a section an item goes on into the next one.
  function move(item, direction, button) {
    const up = direction === "up";
    const neighbour = up ? item.previousElementSibling : item.nextElementSibling;
    if (neighbour) {
      neighbour[up ? "before" : "after"](item);
    } else {
      const all = places();
      const other = all[all.indexOf(item.closest("[data-section]")) + (up ? -1 : 1)];
      if (!other) return;
      listOf(other)[up ? "append" : "prepend"](item);
    }
    button.focus();
    settle();
    say(item);
    changed();
  }

  form.addEventListener("click", (event) => {
    const adder = event.target.closest("[data-add]");
    if (adder) add(adder.closest("[data-section]"));
    const mover = event.target.closest("[data-move]");
    if (mover) move(mover.closest("[data-item]"), mover.dataset.move, mover);
  });

  form.addEventListener("change", (event) => {
    const item = event.target.closest("[data-item]");
    if (item && event.target === sectionField(item)) {
      listOf(places().find((place) => place.dataset.section === event.target.value)).append(item);
      say(item);
    }
    if (item && event.target.name.endsWith("-DELETE")) {
      item.classList.toggle("desk-out", event.target.checked);
    }
    changed();
  });
  form.addEventListener("input", changed);

  // A closed item says what it is.
  function rename(item) {
    const story = item.querySelector("select[name$=-article]").selectedOptions[0];
    const words = [item.querySelector("[name$=-headline]").value, story ? story.textContent : ""];
    item.querySelector("[data-title]").textContent = words.find((word) => word.trim()) || "New item";
  }

  form.addEventListener("input", (event) => {
    const item = event.target.closest("[data-item]");
    if (item && event.target.name.endsWith("-headline")) rename(item);
  });
  // Select2 tells its changes to jQuery only.
  window.django.jQuery(form).on("change", "select[name$=-article]", (event) => {
    rename(event.target.closest("[data-item]"));
    changed();
  });

  form.addEventListener("submit", () => {
    settle();
    isDirty = false;
  });
  window.addEventListener("beforeunload", (event) => {
    if (isDirty) event.preventDefault();
  });
  // A drag ends with items in other lists.
  form.addEventListener("drop", changed);
  form.addEventListener("pointerup", () => window.setTimeout(settle, 50));
})();

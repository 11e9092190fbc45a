// The page where a mail is written: adding, moving (by keyboard and by drag) and taking out items.
"use strict";

window.deskMail = (() => {
  const form = document.getElementById("mail-form");
  const template = document.getElementById("item-template");
  const said = form.querySelector("[data-said]");

  const places = () => [...form.querySelectorAll("[data-section]")];
  const listOf = (place) => place.querySelector(".desk-items");
  const titleOf = (item) => item.querySelector("[data-title]").textContent.trim();
  const headingOf = (place) => place.querySelector("h2").firstChild.textContent.trim();
  const sectionField = (item) => item.querySelector("select[name$=-section]");

  // Others listen: something on the page is not saved.
  const changed = () => form.dispatchEvent(new CustomEvent("mail:changed"));
  const tell = (words) => (said.textContent = words);

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
    tell(`${titleOf(item)}: ${headingOf(place)}, ${items.indexOf(item) + 1} of ${items.length}`);
  }

  // Widgets that need a script, and the counters, look at new items then.
  const announce = (item) =>
    item.dispatchEvent(
      new CustomEvent("formset:added", { bubbles: true, detail: { formsetName: "items" } }),
    );

  // Of a new item, so that it is one when it is saved twice.
  const newKey = () =>
    [...crypto.getRandomValues(new Uint32Array(4))].map((part) => part.toString(16)).join("-");

  // A new item at the end of a section; `story` is {id, title}, or nothing for a text.
  function add(place, story) {
    const total = form.querySelector("[name=items-TOTAL_FORMS]");
    const holder = document.createElement("template");
    holder.innerHTML = template.innerHTML.replaceAll("__prefix__", total.value);
    const item = holder.content.firstElementChild;
    total.value = Number(total.value) + 1;
    item.querySelector("[name$=-key]").value = newKey();
    if (story) {
      item.querySelector("select[name$=-article]").append(new Option(story.title, story.id, true, true));
      item.querySelector("details").open = false;
    }
    listOf(place).append(item);
    settle();
    announce(item);
    rename(item);
    if (story) {
      say(item);
    } else {
      item.scrollIntoView({ block: "nearest" });
      item.querySelector("input[name$=-kicker]").focus();
    }
    changed();
    return item;
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
      settle();
      say(item);
    }
    if (item && /-(DELETE|hold)$/.test(event.target.name)) {
      const isOut = [...item.querySelectorAll("[name$=-DELETE], [name$=-hold]")].some((box) => box.checked);
      item.classList.toggle("desk-out", isOut);
      const what = event.target.name.endsWith("hold") ? "held for tomorrow" : "taken out";
      tell(`${titleOf(item)}: ${event.target.checked ? what : "stays"}`);
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

  form.addEventListener("submit", settle);
  // A drag ends with an item elsewhere; browsers tell of it in several ways, some in none.
  let held = null;
  form.addEventListener("pointerdown", (event) => (held = event.target.closest("[data-item]")));
  function dropped() {
    const stands = () => [...form.querySelectorAll("[name$=-place], select[name$=-section]")].map((one) => one.value).join();
    const before = stands();
    settle();
    if (before === stands()) return;
    if (held?.isConnected) say(held);
    changed();
  }
  for (const name of ["dragend", "drop", "pointerup", "touchend"]) {
    form.addEventListener(name, () => window.setTimeout(dropped, 0));
  }
  // As the desk numbers them: what is moved then shows.
  settle();
  form.addEventListener("mail:replaced", settle);

  return { form, places, titleOf, settle, add, announce, newKey, changed, tell };
})();

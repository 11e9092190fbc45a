// The pages that make a story: what only works with script is shown, and what was found can be used.
"use strict";

for (const part of document.querySelectorAll("[data-scripted]")) part.hidden = false;

for (const button of document.querySelectorAll("[data-use]")) {
  button.addEventListener("click", () => {
    const field = document.getElementById(button.dataset.for);
    field.value = document.getElementById(button.dataset.use).textContent;
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.focus();
  });
}

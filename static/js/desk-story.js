// The pages that make a story: what takes a while says so, and is sent once.
"use strict";

for (const form of document.querySelectorAll("form[data-waits]")) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent !== undefined) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "";
    form.querySelector("[data-waiting]").textContent = form.dataset.waits;
    for (const button of form.querySelectorAll("button:not([type=button])")) {
      // Not `disabled`, which would leave out the value of the button that was pressed.
      button.setAttribute("aria-disabled", "true");
    }
  });
}

// Going back in the browser's history shows the form as it was left: ready to be sent again.
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) {
    delete form.dataset.sent;
    form.querySelector("[data-waiting]").textContent = "";
    for (const button of form.querySelectorAll("[aria-disabled]")) {
      button.removeAttribute("aria-disabled");
    }
  }
});

for (const part of document.querySelectorAll("[data-scripted]")) part.hidden = false;

for (const button of document.querySelectorAll("[data-use]")) {
  button.addEventListener("click", () => {
    const field = document.getElementById(button.dataset.for);
    field.value = document.getElementById(button.dataset.use).textContent;
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.focus();
  });
}

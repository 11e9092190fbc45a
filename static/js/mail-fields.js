// Fresh fields for the page where a mail is written, and what is wrong in those that stand there.
"use strict";

(() => {
  const { form, announce } = window.deskMail;
  const fields = form.querySelector("[data-fields]");

  function mark(errors = {}) {
    for (const old of form.querySelectorAll("[data-error]")) old.remove();
    for (const field of form.querySelectorAll("[aria-invalid]")) field.removeAttribute("aria-invalid");
    for (const [id, words] of Object.entries(errors)) {
      const field = document.getElementById(id);
      if (!field) continue;
      const line = Object.assign(document.createElement("p"), { className: "desk-error", textContent: words });
      line.dataset.error = "";
      field.setAttribute("aria-invalid", "true");
      field.closest(".desk-field")?.append(line);
    }
  }

  // Fresh fields in place of all; whoever is in one of them stays there.
  function replace(html) {
    const active = document.activeElement;
    const place = form.contains(active) ? whereIs(active) : null;
    const open = new Set([...form.querySelectorAll("[data-item] details[open]")].map((one) => idOf(one.closest("[data-item]"))));
    fields.innerHTML = html;
    for (const item of form.querySelectorAll("[data-item]")) {
      if (open.has(idOf(item))) item.querySelector("details").open = true;
      announce(item);
    }
    form.dispatchEvent(new CustomEvent("mail:replaced", { bubbles: true }));
    for (const theirs of form.querySelectorAll("[data-theirs]")) {
      const details = theirs.closest("details");
      if (details) details.open = true;
    }
    if (place) goTo(place);
  }

  const idOf = (item) =>
    item.querySelector("[name$=-item_id]").value || item.querySelector("[name$=-key]").value;

  function whereIs(field) {
    const item = field.closest("[data-item]");
    const name = (field.name || "").replace(/^items-\d+-/, "");
    return { item: item && idOf(item), name, move: field.dataset?.move, at: field.selectionStart };
  }

  function goTo({ item, name, move, at }) {
    const root = item ? [...form.querySelectorAll("[data-item]")].find((one) => idOf(one) === item) : fields;
    const field = root?.querySelector(
      move ? `[data-move=${move}]` : item ? `[name$="-${CSS.escape(name)}"]` : `[name="${CSS.escape(name)}"]`,
    );
    field?.focus({ preventScroll: true });
    if (field?.setSelectionRange && at !== null && at !== undefined && field.type !== "url") field.setSelectionRange(at, at);
  }

  Object.assign(window.deskMail, { mark, replace });
})();

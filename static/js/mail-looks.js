// How the mail looks: in the lists of inboxes while somebody types, and itself beside the fields.
"use strict";

(() => {
  const { form } = window.deskMail;
  const beside = document.querySelector("[data-beside]");
  const frame = beside.querySelector("[data-mail]");
  const look = beside.querySelector("[data-look]");
  const toggles = document.querySelectorAll("[data-toggle-mail]");
  const [opener] = toggles;
  const WIDE = window.matchMedia("(min-width: 1500px)");

  // As `newsletter.admin.mails.inbox` does it.
  const cut = (text, atMost) => {
    const letters = [...text];
    return letters.length <= atMost ? text : `${letters.slice(0, Math.max(atMost - 1, 0)).join("").trimEnd()}…`;
  };

  function drawInboxes() {
    const valueOf = (name) => form.querySelector(`[name=${name}]`).value;
    const subject = valueOf("subject").trim();
    const preview = (valueOf("preheader").trim() || valueOf("intro")).split(/\s+/).filter(Boolean).join(" ");
    for (const row of form.querySelectorAll("[data-inbox]")) {
      const { subjectAtMost, previewAtMost } = row.dataset;
      const left = subjectAtMost ? Number(previewAtMost) : previewAtMost - [...subject].length - 3;
      row.querySelector("[data-inbox-subject]").textContent =
        cut(subject, Number(subjectAtMost || previewAtMost)) || "No subject yet";
      row.querySelector("[data-inbox-preview]").textContent = left > 0 ? cut(preview, left) : "";
    }
  }
  for (const name of ["input", "mail:refreshed", "mail:replaced"]) form.addEventListener(name, drawInboxes);

  function draw() {
    const { width } = look.selectedOptions[0].dataset;
    frame.classList.toggle("desk-mail-phone", Boolean(width));
    frame.src = look.value;
  }
  look.addEventListener("change", draw);
  form.addEventListener("mail:saved", () => {
    if (isShown()) draw();
  });

  const isShown = () => frame.offsetParent !== null;
  function say() {
    opener.setAttribute("aria-expanded", String(isShown()));
  }
  for (const toggle of toggles) {
    toggle.addEventListener("click", () => {
      const isOpening = !isShown();
      document.documentElement.classList.toggle("desk-mail-open", isOpening);
      document.documentElement.classList.toggle("desk-mail-closed", !isOpening);
      if (isOpening) draw();
      if (isOpening && !WIDE.matches) look.focus();
      if (!isOpening) opener.focus();
      say();
    });
  }
  beside.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !WIDE.matches) opener.click();
  });
  opener.hidden = false;
  say();
  WIDE.addEventListener("change", say);
})();

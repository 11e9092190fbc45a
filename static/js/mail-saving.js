// The page where a mail is written saves itself, and takes in what others save meanwhile.
"use strict";

(() => {
  const PAUSE = 3000;
  const ALONE = 8000;
  const TOGETHER = 4000;
  const NO_ANSWER = "Not saved: the desk does not answer. Your text stays here; it is tried again.";
  const LOGGED_OUT =
    "Not saved: you are logged out by now. Your text stays here; log in in another tab and it is saved.";
  class LoggedOut extends Error {}
  const { form, settle, mark, newKey, replace } = window.deskMail;
  const status = form.querySelector("[data-status]");
  const others = form.querySelector("[data-others]");
  const note = document.querySelector("[data-theirs-note]");
  let savesItself = form.dataset.savesItself !== undefined;
  // Counts changes, so that an answer knows whether somebody went on typing.
  let changes = 0;
  let saved = 0;
  let timer = 0;
  let running = null;
  // What was sent and not answered is sent again as it was, so that nothing is there twice.
  let unanswered = null;
  // What others did was told already, and their words come with the next save.
  let isTold = false;
  let isLeaving = false;

  const isDirty = () => changes !== saved;
  const valueOf = (name) => form.querySelector(`[name=${name}]`);
  const isOpen = () => form.querySelector("[data-theirs]") !== null;
  const clock = () => new Date().toTimeString().slice(0, 5);

  function show(words, isBad = false) {
    status.textContent = words;
    status.classList.toggle("desk-error", isBad);
  }

  function tellNote(words) {
    if (!words) return;
    note.className = "desk-note desk-sea";
    note.textContent = words;
  }

  form.addEventListener("mail:changed", () => {
    changes += 1;
    form.dataset.unsaved = "";
    if (!savesItself) show("Not saved yet. Save to change it; it must be approved anew.");
    else if (!isOpen()) show("Not saved yet");
    again();
  });

  function again() {
    window.clearTimeout(timer);
    if (savesItself && !isOpen()) timer = window.setTimeout(save, PAUSE);
  }

  // Who logged in again meanwhile, in another tab, has another token than the page was drawn with.
  function renewToken(body) {
    const token = document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1];
    if (!token) return;
    valueOf("csrfmiddlewaretoken").value = token;
    body.set("csrfmiddlewaretoken", token);
  }

  async function post(body, options = {}) {
    renewToken(body);
    const answer = await fetch(form.dataset.autosave, { method: "POST", body, ...options });
    if (answer.redirected || answer.status === 403) throw new LoggedOut();
    if (!answer.ok) throw new Error(answer.status);
    return answer.json();
  }

  // True when all is saved. One at a time; who asks meanwhile gets the next one.
  function save() {
    running = (running || Promise.resolve()).then(saveOnce, saveOnce);
    return running;
  }

  async function saveOnce() {
    window.clearTimeout(timer);
    if (!savesItself || !isDirty()) return !isDirty();
    if (isOpen()) return false;
    settle();
    const sent = unanswered || { body: new FormData(form), upTo: changes };
    unanswered = sent;
    let answer;
    try {
      answer = await post(sent.body);
    } catch (error) {
      show(error instanceof LoggedOut ? LOGGED_OUT : NO_ANSWER, true);
      timer = window.setTimeout(save, 2 * PAUSE);
      return false;
    }
    unanswered = null;
    return take(answer, sent);
  }

  function take(answer, { body, upTo }) {
    const wentOn = changes !== upTo;
    if (answer.state === "saved") {
      // What others did is taken in with the next save, when nobody is in the middle of a word. It
      // begins from what was sent: all that stands there beside that is theirs.
      if (wentOn && answer.html) {
        valueOf("base").value = answer.sent;
        tellNote(answer.note);
        isTold = true;
        again();
        return false;
      }
      saved = upTo;
      if (answer.html) replace(answer.html);
      else takeOver(answer, body);
      if (!isTold) tellNote(answer.note);
      isTold = false;
      mark(answer.errors);
      if (!wentOn) delete form.dataset.unsaved;
      show(`Saved ${clock()}`);
      form.dispatchEvent(new CustomEvent("mail:saved"));
      if (wentOn) again();
      return !wentOn;
    }
    if (wentOn) {
      again();
      return false;
    }
    if (answer.html) replace(answer.html);
    if (answer.state === "approved" || answer.state === "refused") savesItself = false;
    tellNote(answer.note);
    mark(answer.errors);
    show(answer.said, true);
    return false;
  }

  // Nothing on the page is other than what was saved but what only the desk knows.
  function takeOver(answer, body) {
    // Who went on typing keeps that; a field that holds what was sent takes what stands now.
    const isAsSent = (field) => field.value === body.get(field.name);
    valueOf("version").value = answer.version;
    valueOf("base").value = answer.base;
    for (const item of form.querySelectorAll("[data-item]")) {
      const id = item.querySelector("[name$=-item_id]");
      const key = item.querySelector("[name$=-key]");
      if (id.value && !answer.standing.includes(Number(id.value))) {
        // It is gone: what is written into it is a new one.
        id.value = "";
        key.value = newKey();
      }
      if (!id.value && answer.ids[key.value]) id.value = answer.ids[key.value];
      item.querySelector("[data-hold]").hidden = !id.value;
      const pin = item.querySelector("[name$=-is_kept]");
      if (id.value && pin.checked === body.has(pin.name)) pin.checked = answer.kept.includes(Number(id.value));
    }
    // Subject and preview line may follow the stories.
    for (const [name, words] of Object.entries(answer.words)) {
      const field = valueOf(name);
      if (field.value !== words && isAsSent(field)) {
        field.value = words;
        field.dispatchEvent(new CustomEvent("mail:refreshed", { bubbles: true }));
      }
    }
  }

  // Where both wrote: theirs, or mine. With the last one chosen it saves itself again.
  form.addEventListener("click", (event) => {
    const box = event.target.closest("[data-take], [data-keep]")?.closest("[data-theirs]");
    if (!box) return;
    const field = document.getElementById(box.dataset.for);
    if (event.target.closest("[data-take]")) {
      if (field.tagName === "SELECT" && box.dataset.theirs) {
        field.append(new Option(box.querySelector("[data-theirs-text]").textContent, box.dataset.theirs));
      }
      field.value = box.dataset.theirs;
      window.django.jQuery(field).trigger("change");
      field.dispatchEvent(new Event("input", { bubbles: true }));
    }
    box.remove();
    field.focus();
    window.deskMail.changed();
  });

  // Leaving: what is not saved goes along, and the others see that the place is free.
  window.addEventListener("pagehide", () => {
    const body = new FormData();
    body.append("csrfmiddlewaretoken", valueOf("csrfmiddlewaretoken").value);
    navigator.sendBeacon(form.dataset.gone, body);
    if (isLeaving || !isDirty() || !goesAlong()) return;
    settle();
    post(whole(), { keepalive: true }).catch(() => {});
  });
  window.addEventListener("beforeunload", (event) => {
    if (isDirty() && !isLeaving && !goesAlong()) event.preventDefault();
  });
  // Browsers take along so many bytes; a picture that was chosen is none of them.
  const whole = () => new URLSearchParams([...new FormData(form)].filter(([, value]) => typeof value === "string"));
  const goesAlong = () =>
    savesItself && !isOpen() && !unanswered && !hasTrouble() && whole().toString().length < 60000;
  const hasTrouble = () =>
    status.classList.contains("desk-error") || [...form.querySelectorAll("[type=file]")].some((one) => one.value);
  form.addEventListener("submit", () => {
    isLeaving = true;
    window.clearTimeout(timer);
  });

  // A step is taken with what is on the page: it is saved first.
  document.querySelector("[data-fresh=head]").addEventListener("click", async (event) => {
    const step = event.target.closest("a, button");
    if (!step || !isDirty() || !savesItself) return;
    event.preventDefault();
    if (!(await save())) return;
    await refreshed;
    const fresh = [...document.querySelectorAll("[data-fresh=head] :is(a, button)")];
    fresh.find((one) => one.textContent.trim() === step.textContent.trim())?.click();
  });

  // What the page says around the fields: steps, what is missing, what happened.
  let refreshed = Promise.resolve();
  form.addEventListener("mail:saved", () => {
    refreshed = refresh().catch(() => {});
  });
  async function refresh() {
    const answer = await fetch(window.location.pathname, { headers: { Accept: "text/html" } });
    if (!answer.ok) return;
    const html = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const fresh of html.querySelectorAll("[data-fresh]")) {
      const here = document.querySelector(`[data-fresh=${fresh.dataset.fresh}]`);
      if (here && !here.contains(document.activeElement)) here.innerHTML = fresh.innerHTML;
    }
  }

  // Who else is here, and whether they saved something.
  let knows = 0;
  async function beHere() {
    let wait = ALONE;
    try {
      if (!document.hidden) {
        const body = new FormData();
        body.append("csrfmiddlewaretoken", valueOf("csrfmiddlewaretoken").value);
        const answer = await fetch(form.dataset.here, { method: "POST", body });
        if (answer.ok) {
          const found = await answer.json();
          others.textContent = found.others;
          if (found.others) wait = TOGETHER;
          await lookAt(found.version);
        }
      }
    } catch {
      // The network is away; it may come back.
    }
    window.setTimeout(beHere, wait);
  }

  async function lookAt(version) {
    if (version === Number(valueOf("version").value) || version === knows || unanswered || isLeaving) return;
    settle();
    const body = new FormData(form);
    body.append("peek", "1");
    const upTo = changes;
    const answer = await post(body);
    // In the middle of a word it waits for the next look.
    if (changes !== upTo || unanswered) return;
    knows = version;
    if (answer.state === "invalid") {
      tellNote("Somebody changed this meanwhile. You see it when what is marked here is mended.");
      mark(answer.errors);
    }
    if (!answer.html) return;
    replace(answer.html);
    tellNote(answer.note);
    if (answer.unsaved) {
      changes += 1;
      form.dataset.unsaved = "";
      again();
    } else {
      saved = changes;
      delete form.dataset.unsaved;
    }
    if (answer.state === "conflict") show(answer.said, true);
    form.dispatchEvent(new CustomEvent("mail:saved"));
  }
  document.addEventListener("visibilitychange", () => {
    if (document.hidden && isDirty()) save();
  });
  beHere();
})();

// The text of a story as it will look, with a toolbar: in place of each [data-rich-text] textarea,
// which keeps the HTML and stands there by itself without this script. The server cleans it again.
"use strict";

(() => {
  const KEPT = new Set(
    ("P BR HR H2 H3 H4 UL OL LI DL DT DD BLOCKQUOTE PRE CODE EM STRONG U S SUB SUP SMALL A ABBR " +
      "CITE Q MARK TABLE THEAD TBODY TR TH TD").split(" "),
  );
  const GONE = new Set(
    ("SCRIPT STYLE IFRAME OBJECT EMBED SVG MATH NOSCRIPT TEMPLATE TEXTAREA SELECT BUTTON AUDIO " +
      "VIDEO CANVAS TITLE META LINK IMG PICTURE FIGCAPTION INPUT").split(" "),
  );
  const OTHER = { H1: "h2", H5: "h4", H6: "h4", B: "strong", I: "em" };
  const BLOCKS = "p, h1, h2, h3, h4, h5, h6, ul, ol, dl, blockquote, pre, table, div, section";
  const TOOLS = [
    { name: "bold", label: "Bold", icon: "format_bold", keys: "Control+B" },
    { name: "italic", label: "Italic", icon: "format_italic", keys: "Control+I" },
    { name: "link", label: "Link", icon: "link", keys: "Control+K" },
    { name: "h2", label: "Heading", icon: "title" },
    { name: "insertUnorderedList", label: "List", icon: "format_list_bulleted" },
    { name: "insertOrderedList", label: "Numbered list", icon: "format_list_numbered" },
    { name: "blockquote", label: "Quote", icon: "format_quote" },
  ];

  function make(tag, properties = {}, attributes = {}) {
    const element = Object.assign(document.createElement(tag), properties);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    return element;
  }

  // The address of a link, or nothing for what is none.
  function linkable(typed) {
    const text = typed.trim();
    if (/^(https?:\/\/|mailto:)/i.test(text)) return text;
    if (/^[^\s/@]+@[^\s/@]+\.[^\s/@]+$/.test(text)) return `mailto:${text}`;
    return /^[\w-]+(\.[\w-]+)+([/?#]\S*)?$/.test(text) ? `https://${text}` : "";
  }

  // The same words with the tags that a story may have, from whatever program they come.
  function clean(html) {
    const from = new DOMParser().parseFromString(html, "text/html").body;
    const to = document.implementation.createHTMLDocument("").body;
    copy(from, to);
    return to.innerHTML;
  }

  // Browsers write hard spaces where one types at the edge of bold; French ones stay.
  function spaced(text) {
    return text.replace(/(?<!«)\u00a0(?![;:!?»%])/g, " ");
  }

  function copy(from, to) {
    for (const child of from.childNodes) {
      if (child.nodeType === Node.TEXT_NODE) to.append(spaced(child.data));
      else if (child.nodeType === Node.ELEMENT_NODE && !GONE.has(child.tagName)) {
        const tag = tagFor(child);
        const into = tag ? to.ownerDocument.createElement(tag) : to;
        if (tag === "a") into.setAttribute("href", linkable(child.getAttribute("href")));
        if (tag) to.append(into);
        copy(child, into);
      }
    }
  }

  // What an element becomes; nothing where only its content stays.
  function tagFor(element) {
    const name = element.tagName;
    if (name === "A") return linkable(element.getAttribute("href") || "") ? "a" : "";
    // Google Docs wraps what it copies in a bold that is none.
    if (name === "B" && element.style.fontWeight === "normal") return "";
    if (OTHER[name]) return OTHER[name];
    if (name === "DIV") return element.querySelector(BLOCKS) ? "" : "p";
    return KEPT.has(name) ? name.toLowerCase() : "";
  }

  function start(textarea) {
    const label = textarea.labels[0];
    if (label) label.id ||= `${textarea.id}_label`;
    const editor = make("div", { className: "rich-text-words", contentEditable: "true" });
    editor.setAttribute("role", "textbox");
    editor.setAttribute("aria-multiline", "true");
    editor.setAttribute("aria-labelledby", label ? label.id : "");
    for (const name of ["aria-describedby", "aria-invalid"]) {
      if (textarea.hasAttribute(name)) editor.setAttribute(name, textarea.getAttribute(name));
    }
    const count = make("p", { className: "desk-count" });
    const toolbar = make("div", { className: "rich-text-tools" }, { role: "toolbar", "aria-label": "Text" });
    const asked = askForLink();
    const box = make("div", { className: "rich-text" });
    box.append(toolbar, asked.row, editor);
    textarea.after(box, count);
    textarea.hidden = true;
    textarea.required = false;
    editor.innerHTML = clean(textarea.value) || "<p><br></p>";
    document.execCommand("defaultParagraphSeparator", false, "p");
    label?.addEventListener("click", () => editor.focus());

    let range = null;
    const within = (selector) => {
      const node = document.getSelection().anchorNode;
      const found = (node?.nodeType === Node.TEXT_NODE ? node.parentElement : node)?.closest?.(selector);
      return found && editor.contains(found) && found !== editor ? found : null;
    };
    const isOn = {
      link: () => within("a"),
      h2: () => within("h2"),
      blockquote: () => within("blockquote"),
    };

    function keep() {
      const selection = document.getSelection();
      if (selection.rangeCount && editor.contains(selection.anchorNode)) range = selection.getRangeAt(0);
    }

    function back() {
      editor.focus();
      if (!range) return;
      document.getSelection().removeAllRanges();
      document.getSelection().addRange(range);
    }

    function write() {
      const words = editor.textContent.trim();
      textarea.value = words ? clean(editor.innerHTML) : "";
      const number = words ? words.split(/\s+/).length : 0;
      count.textContent = number === 1 ? "1 word" : `${number} words`;
    }

    function show() {
      for (const { name } of TOOLS) {
        const on = isOn[name] ? isOn[name]() : document.queryCommandState(name);
        toolbar.querySelector(`[data-tool=${name}]`).setAttribute("aria-pressed", String(Boolean(on)));
      }
    }

    function use(name) {
      back();
      if (name === "link") {
        askFor();
        return;
      }
      if (name === "h2") document.execCommand("formatBlock", false, within("h2") ? "p" : "h2");
      else if (name === "blockquote" && within("blockquote")) unwrap(within("blockquote"));
      else if (name === "blockquote") document.execCommand("formatBlock", false, "blockquote");
      else document.execCommand(name);
      changed();
    }

    // Browsers differ in how they take a quotation apart; its words become paragraphs.
    function unwrap(quote) {
      const inner = quote.querySelector("p") ? quote.innerHTML : `<p>${quote.innerHTML}</p>`;
      const all = document.createRange();
      all.selectNode(quote);
      const holder = make("template", { innerHTML: inner });
      const last = holder.content.lastElementChild;
      all.deleteContents();
      all.insertNode(holder.content);
      document.getSelection().selectAllChildren(last);
      document.getSelection().collapseToEnd();
    }

    function changed() {
      keep();
      write();
      show();
      editor.dispatchEvent(new Event("change", { bubbles: true }));
    }

    function askFor() {
      const there = within("a");
      if (there) {
        document.getSelection().selectAllChildren(there);
        keep();
      }
      asked.open(there ? there.getAttribute("href") : "");
    }

    asked.set = (address) => {
      back();
      if (!address) document.execCommand("unlink");
      else if (range && !range.collapsed) document.execCommand("createLink", false, address);
      else {
        const link = make("a", { href: address, textContent: address.replace(/^mailto:/, "") });
        document.execCommand("insertHTML", false, link.outerHTML);
      }
      changed();
    };
    asked.leave = back;

    for (const [number, { name, label: words, icon, keys }] of TOOLS.entries()) {
      const title = keys ? `${words} (${keys.replace("Control", "Ctrl")})` : words;
      const button = make("button", { type: "button", title, tabIndex: number ? -1 : 0, className: "desk-tool" });
      button.dataset.tool = name;
      button.setAttribute("aria-label", words);
      button.setAttribute("aria-pressed", "false");
      if (keys) button.setAttribute("aria-keyshortcuts", keys);
      button.append(make("span", { className: "material-symbols-outlined", textContent: icon }, { "aria-hidden": "true" }));
      // The selection stays where it is.
      button.addEventListener("mousedown", (event) => event.preventDefault());
      button.addEventListener("click", () => use(name));
      toolbar.append(button);
    }
    toolbar.addEventListener("keydown", walk);
    editor.addEventListener("keydown", (event) => {
      if (!(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
      const tool = { b: "bold", i: "italic", k: "link" }[event.key.toLowerCase()];
      if (!tool) return;
      event.preventDefault();
      keep();
      use(tool);
    });
    editor.addEventListener("paste", (event) => {
      event.preventDefault();
      const html = event.clipboardData.getData("text/html");
      if (html) document.execCommand("insertHTML", false, clean(html));
      else document.execCommand("insertText", false, event.clipboardData.getData("text/plain"));
    });
    editor.addEventListener("drop", (event) => event.preventDefault());
    editor.addEventListener("input", () => {
      write();
      show();
    });
    document.addEventListener("selectionchange", () => {
      keep();
      if (document.activeElement === editor) show();
    });
    // What the textarea holds is not touched before somebody writes.
    const untouched = textarea.value;
    write();
    textarea.value = untouched;
  }

  // The row in which the address of a link is typed.
  function askForLink() {
    const row = make("div", { className: "rich-text-link", hidden: true });
    const label = make("label", { textContent: "Address of the link" });
    const input = make("input", { type: "text", inputMode: "url", autocomplete: "off" });
    const set = make("button", { type: "button", className: "desk-button desk-small", textContent: "Set the link" });
    const remove = make("button", { type: "button", className: "desk-button desk-plain desk-small", textContent: "No link" });
    const wrong = make("p", { className: "desk-error" }, { role: "alert" });
    label.append(input);
    row.append(label, set, remove, wrong);
    const asked = { row };
    asked.open = (address) => {
      row.hidden = false;
      wrong.textContent = "";
      input.value = address;
      remove.hidden = !address;
      input.focus();
    };
    const take = () => {
      const address = linkable(input.value);
      if (!address) {
        wrong.textContent = "That is not a web address.";
        input.focus();
        return;
      }
      row.hidden = true;
      asked.set(address);
    };
    set.addEventListener("click", take);
    remove.addEventListener("click", () => {
      row.hidden = true;
      asked.set("");
    });
    row.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && event.target === input) {
        event.preventDefault();
        take();
      }
      if (event.key === "Escape") {
        row.hidden = true;
        asked.leave();
      }
    });
    return asked;
  }

  // One stop for the tab key; the arrows go from tool to tool (WAI-ARIA, toolbar).
  function walk(event) {
    const tools = [...event.currentTarget.children];
    const here = tools.indexOf(document.activeElement);
    const to = {
      ArrowRight: (here + 1) % tools.length,
      ArrowLeft: (here - 1 + tools.length) % tools.length,
      Home: 0,
      End: tools.length - 1,
    }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    for (const tool of tools) tool.tabIndex = -1;
    tools[to].tabIndex = 0;
    tools[to].focus();
  }

  document.addEventListener("DOMContentLoaded", () => {
    for (const textarea of document.querySelectorAll("textarea[data-rich-text]")) start(textarea);
  });
})();

/* Places the sign-up form of one newsletter where this script stands, as tall as it needs to be:
   <script src="https://news.example/embed.js" data-newsletter="morning-briefing" async></script> */
(() => {
  const script = document.currentScript;
  const newsletter = script && script.dataset.newsletter;
  if (!newsletter) return;
  const home = new URL(script.src).origin;
  const frame = document.createElement("iframe");
  frame.src = `${home}/embed/${encodeURIComponent(newsletter)}/`;
  frame.title = script.dataset.title || "Newsletter sign-up";
  Object.assign(frame.style, { display: "block", width: "100%", height: "420px", border: "0" });
  addEventListener("message", ({ data, origin, source }) => {
    if (origin !== home || source !== frame.contentWindow) return;
    if (typeof data === "number" && data > 0 && data < 5000) frame.style.height = `${data}px`;
  });
  script.after(frame);
})();

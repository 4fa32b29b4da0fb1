// Wakeline in a frame, for pages that may not load its element. The address's fragment says what it shows
// (`iframe.html#race?fast=40&theme=dark`), and the page around talks to it by messages: objects with
// `wakeline: 1` and a `type`. A classic script, because a frame with `sandbox="allow-scripts"` alone may load
// modules only from a server that sends `Access-Control-Allow-Origin`, and then has to say so itself.
"use strict";

(() => {
  const VERSION = "__VERSION__";
  const HEIGHT = { least: 80, most: 4000, step: 2 };
  const ATTRIBUTES = ["twin", "seed", "schedule", "clock", "speed", "theme", "height", "controls"];

  const shell = new URL("wakeline.js", document.currentScript.src).href;
  const frame = document.getElementById("frame");
  const element = document.querySelector("wake-line");

  const fragment = location.hash.slice(1);
  const [pattern, query = ""] = fragment.split("?", 2);
  const said = new URLSearchParams(query);

  // Who may talk to this frame: the page around it, of the origin that the link names or the browser tells;
  // where neither does, of the origin that talks first.
  let origin = said.get("origin") ?? (document.referrer ? new URL(document.referrer).origin : null);

  function send(type, rest) {
    if (parent === window) return;
    // Nothing that is told is a secret, so that it may go to a page whose origin is not known yet.
    const target = origin && origin !== "null" ? origin : "*";
    parent.postMessage({ wakeline: 1, type, ...rest }, target);
  }

  function height() {
    const exact = Math.ceil(frame.getBoundingClientRect().height);
    return Math.min(Math.max(exact, HEIGHT.least), HEIGHT.most);
  }

  let told = 0;
  function tellHeight() {
    const now = height();
    if (Math.abs(now - told) > HEIGHT.step) {
      told = now;
      send("height", { height: now });
    }
  }

  function trouble(message) {
    const box = document.getElementById("trouble");
    box.textContent = message;
    box.hidden = false;
    send("error", { message });
  }

  function show() {
    if (pattern) element.setAttribute("pattern", decodeURIComponent(pattern));
    for (const [name, value] of said) {
      if (["origin", "at", "step", "lane", "on"].includes(name)) continue;
      if (name === "autoload") element.setAttribute(name, "");
      else element.setAttribute(ATTRIBUTES.includes(name) ? name : `param-${name}`, value);
    }
  }

  function receive(event) {
    if (event.source !== parent || parent === window) return;
    const { data } = event;
    if (typeof data !== "object" || data === null || data.wakeline === undefined) return;
    if (origin !== null && event.origin !== origin) return;
    origin = event.origin;
    // Answered at once: the player need not be here for it.
    if (data.wakeline === 1 && data.type === "ping") send("pong", { version: VERSION, height: height() });
    else element.send(data).catch(() => {});
  }

  element.addEventListener("change", (event) => send("state", event.detail));
  element.addEventListener("error", (event) => send("error", event.detail));
  element.addEventListener("end", (event) => send("end", event.detail));
  element.addEventListener("select", (event) => send("select", { selected: event.detail }));

  show();
  // In full, because a frame without an origin has no address that a relative one could start from.
  import(shell).then(
    async () => {
      addEventListener("message", receive);
      new ResizeObserver(tellHeight).observe(frame);
      send("hello", { version: VERSION, height: height() });
      // A link to a moment is opened there.
      const step = Number(said.get("step"));
      if (said.has("step") && Number.isSafeInteger(step)) await element.seek({ order: step }).catch(() => {});
    },
    (error) =>
      trouble(
        `Wakeline could not be loaded: ${error.message}. In a frame with \`sandbox="allow-scripts"\` its files have to be served with the header \`Access-Control-Allow-Origin: *\`.`,
      ),
  );
})();

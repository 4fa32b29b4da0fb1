// Wakeline in a frame, for pages that may not load its element. The address's fragment says what it shows
// (`iframe.html#race?fast=40&theme=dark`), and the page around talks to it by messages: objects with
// `wakeline: 1` and a `type`. A classic script, because a frame with `sandbox="allow-scripts"` alone may load
// modules only from a server that sends `Access-Control-Allow-Origin`, and then has to say so itself.
"use strict";

(() => {
  const VERSION = "__VERSION__";
  const HEIGHT = { least: 80, most: 4000, step: 2 };
  // What of the fragment is about the element; all else is the link to what it shows.
  const OWN = ["controls", "height", "autoload", "origin"];

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
    for (const name of OWN) if (said.has(name) && name !== "origin") element.setAttribute(name, said.get(name));
    const link = query.split("&").filter((part) => part && !OWN.includes(part.split("=", 1)[0]));
    element.setAttribute("pattern", link.length ? `${pattern}?${link.join("&")}` : pattern);
    // Whoever follows a link to a moment wants to see it.
    if (said.has("at") || said.has("step")) element.setAttribute("autoload", "");
  }

  function receive(event) {
    if (event.source !== parent || parent === window) return;
    const { data } = event;
    if (typeof data !== "object" || data === null || data.wakeline === undefined) return;
    if (origin !== null && event.origin !== origin) return;
    origin = event.origin;
    // Answered at once: the player need not be here for it.
    if (data.wakeline === 1 && data.type === "ping") send("pong", { version: VERSION, height: height() });
    else loaded.then(() => element.send(data)).catch(() => {});
  }

  element.addEventListener("change", (event) => send("state", event.detail));
  element.addEventListener("error", (event) => send("error", event.detail));
  element.addEventListener("end", (event) => send("end", event.detail));
  element.addEventListener("select", (event) => send("select", { selected: event.detail }));

  show();
  // In full, because a frame without an origin has no address that a relative one could start from.
  const loaded = import(shell);
  addEventListener("message", receive);
  loaded.then(
    () => {
      new ResizeObserver(tellHeight).observe(frame);
      send("hello", { version: VERSION, height: height() });
    },
    (error) =>
      trouble(
        `Wakeline could not be loaded: ${error.message}. In a frame with \`sandbox="allow-scripts"\` its files have to be served with the header \`Access-Control-Allow-Origin: *\`.`,
      ),
  );
})();

// The shell of <wake-line>: all that a page loads before a reader runs something. It shows what the author
// put into the element, at the height that the run will have, and a button. Everything else is fetched for
// the first element that is run (`mount.js`, and from there the player).

const NAMES = ["pattern", "twin", "seed", "schedule", "clock", "speed", "theme", "height", "controls"];
const HEIGHTS = { full: 600, compact: 360, none: 240 };
const LINE = "1px solid color-mix(in srgb,currentColor 20%,transparent)";
const FONT = "14px/1.4 system-ui,sans-serif";
const STYLE =
  `:host{display:block;position:relative;box-sizing:border-box;overflow:hidden;border:${LINE};border-radius:10px}` +
  ":host([hidden]){display:none}" +
  ".shell{display:grid;grid-template-rows:minmax(0,1fr) auto;height:100%}" +
  ".author{display:grid;place-content:safe center;overflow:auto;padding:12px 16px}" +
  "::slotted(img),::slotted(svg){max-width:100%;height:auto}" +
  `.bar{display:flex;align-items:center;gap:12px;padding:8px 12px;border-top:${LINE};font:${FONT}}` +
  `.bar button{flex:none;height:36px;padding:0 18px;border:0;border-radius:8px;background:var(--accent,#0b66c3);color:var(--on-accent,#fff);font:600 ${FONT};cursor:pointer}` +
  ".bar button:focus-visible{outline:2px solid;outline-offset:2px}" +
  "@media(pointer:coarse){.bar button{height:44px}}";

const make = (tag, props, ...children) => {
  const element = Object.assign(document.createElement(tag), props);
  element.append(...children);
  return element;
};

// Servers that render pages have no elements, and may still import this file.
class WakeLine extends (globalThis.HTMLElement ?? Object) {
  static observedAttributes = ["height", "controls", "pattern"];
  #sheet = new CSSStyleSheet();
  #note = make("span", { role: "status" });
  #button = make("button", { type: "button", textContent: "▶ Run", onclick: () => this.run().catch(() => {}) });
  #title = make("span");
  #shell = make(
    "div",
    { className: "shell" },
    make("div", { className: "author" }, make("slot", {}, this.#title)),
    make("div", { className: "bar" }, this.#button, this.#note),
  );
  #player;
  #loading;
  #resolve;

  constructor() {
    super();
    this.attachShadow({ mode: "open" }).adoptedStyleSheets = [this.#sheet];
    this.#close();
  }

  connectedCallback() {
    // What a framework has set before this file came.
    for (const name of [...NAMES, "autoload"])
      if (Object.hasOwn(this, name)) {
        const value = this[name];
        delete this[name];
        this[name] = value;
      }
    this.#fit();
    if (this.autoload) this.#open().catch(() => {});
  }

  disconnectedCallback() {
    // Moved within the document it is back by now, and the run goes on.
    queueMicrotask(() => this.isConnected || this.#close());
  }

  attributeChangedCallback() {
    if (this.isConnected) this.#fit();
  }

  get state() {
    return this.#player?.state ?? (this.#loading ? "loading" : "idle");
  }

  get time() {
    return this.#player?.time ?? 0;
  }

  get autoload() {
    return this.hasAttribute("autoload");
  }

  set autoload(on) {
    this.toggleAttribute("autoload", !!on);
  }

  async #call(name, to) {
    const player = /^(pause|stop)/.test(name) ? this.#player : await this.#open();
    await player?.[name](to);
  }

  #open() {
    if (this.#loading) return this.#loading;
    const loading = this.#mount().catch((error) => {
      // An element that has left meanwhile has nothing to say about it.
      if (this.#loading === loading) {
        this.#loading = undefined;
        this.#fail(error.message);
      }
      throw error;
    });
    return (this.#loading = loading);
  }

  async #mount() {
    this.#note.textContent = "Loading…";
    const { mount } = await import("./mount.js");
    this.#player = await mount(this, this.#shell, this.#emit);
    this.#resolve();
    return this.#player;
  }

  #close() {
    this.#player?.close();
    this.#player = this.#loading = undefined;
    this.#note.textContent = "";
    this.ready = new Promise((resolve) => (this.#resolve = resolve));
    this.shadowRoot.replaceChildren(this.#shell);
  }

  #fit() {
    const fallback = `${HEIGHTS[this.controls] ?? HEIGHTS.full}px`;
    const given = this.height || fallback;
    let height = /^[\d.]+$/.test(given) ? `${given}px` : given;
    if (!/^[\d.]+(px|r?em|d?vh)$/.test(height)) {
      this.#fail(`\`height\` does not take \`${given}\`: use pixels, or a length such as \`30rem\``);
      height = fallback;
    }
    this.#title.textContent = this.pattern;
    this.#sheet.replaceSync(`${STYLE}:host{height:${height}}`);
  }

  #fail(message) {
    this.#note.textContent = message;
    this.#emit("error", { message });
  }

  #emit = (type, detail) => {
    this.dispatchEvent(new CustomEvent(type, { detail, bubbles: true, composed: true }));
  };

  static {
    for (const name of ["run", "pause", "seek", "step", "stepBack", "stop", "send"])
      this.prototype[name] = function (to) {
        return this.#call(name, to);
      };
    for (const name of NAMES)
      Object.defineProperty(this.prototype, name, {
        get() {
          return this.getAttribute(name) ?? "";
        },
        set(value) {
          value == null ? this.removeAttribute(name) : this.setAttribute(name, value);
        },
        enumerable: true,
      });
  }
}

if (globalThis.customElements && !customElements.get("wake-line")) customElements.define("wake-line", WakeLine);

export { WakeLine };

// Puts the player into an element, in the place of its shell: fetched when the first element is run.

// Where Wakeline's own files are; a bundler moves this one away from them.
const base = /\/mount\.js(\?|$)/.test(import.meta.url) ? import.meta.url.replace(/[^/]*$/, "") : "";

// One instance of the code for all elements of a page.
let engine;

function load() {
  engine ??= import("./player.js")
    .then(async (player) => {
      await player.default({ module_or_path: new URL("./player_bg.wasm", import.meta.url) });
      return player;
    })
    .catch((error) => {
      // The next click tries again.
      engine = undefined;
      throw new Error(
        `the player could not be loaded: ${error.message ?? error}. \`player.js\` and \`player_bg.wasm\` belong beside \`wakeline.js\`, and a content security policy has to say \`script-src 'self' 'wasm-unsafe-eval'\``,
      );
    });
  return engine;
}

function style(link) {
  return new Promise((resolve, reject) => {
    link.rel = "stylesheet";
    link.href = new URL("./player.css", import.meta.url).href;
    link.onload = resolve;
    link.onerror = () =>
      reject(new Error("the player's styles could not be loaded: `player.css` belongs beside `wakeline.js`"));
  });
}

export async function mount(host, shell, emit) {
  const shadow = host.shadowRoot;
  const link = document.createElement("link");
  const root = document.createElement("div");
  root.className = "player";
  root.hidden = true;
  const styled = style(link);
  shadow.append(link, root);
  const gone = () => {
    link.remove();
    root.remove();
  };
  let code;
  try {
    [code] = await Promise.all([load(), styled]);
    if (!root.isConnected) throw new Error("the element has left the page before the player came");
  } catch (error) {
    gone();
    throw error;
  }

  const hadFocus = shadow.activeElement !== null;
  root.hidden = false;
  shell.remove();
  const player = new code.Player(root, host, base, (type, detail) => emit(type, JSON.parse(detail)));
  const changes = new MutationObserver((records) => {
    if (records.some(({ attributeName }) => !/^(data-|aria-|class$|style$)/.test(attributeName))) player.configure();
  });
  changes.observe(host, { attributes: true });

  // A fault in the code ends it for every element.
  const fault = ({ detail }) => {
    const message = `Wakeline has stopped: ${detail}. Reload the page`;
    const note = document.createElement("p");
    note.className = "embed-fault";
    note.setAttribute("role", "alert");
    note.textContent = message;
    shadow.append(note);
    emit("error", { message });
  };
  addEventListener("wakeline-fault", fault);

  // The run may be in a worker: what it is asked for, its beginning too, takes as long as it takes.
  const rest = async () => {
    do await new Promise((next) => setTimeout(next));
    while (root.isConnected && !player.resting);
  };
  const close = () => {
    changes.disconnect();
    removeEventListener("wakeline-fault", fault);
    player.destroy();
    gone();
  };
  await rest();
  if (!root.isConnected) {
    close();
    throw new Error("the element has left the page before the run was there");
  }
  // Whoever pressed the button keeps the focus, on what took its place.
  if (hadFocus) (root.querySelector(".play") ?? root.querySelector(".timeline"))?.focus({ preventScroll: true });

  // What is sent to the player is done in the next microtask.
  const act = (command) => async (to) => {
    command(to);
    await null;
  };
  const reach = (command) => async (to) => {
    command(to);
    await rest();
  };
  return {
    get state() {
      return player.state;
    },
    get time() {
      return player.time;
    },
    run: act(() => player.run()),
    pause: reach(() => player.pause()),
    step: reach(() => player.step()),
    stepBack: reach(() => player.stepBack()),
    stop: act(() => player.stop()),
    send: act((message) => player.receive(JSON.stringify(message))),
    seek: reach((to) => {
      const number = to?.order ?? to?.time ?? to;
      if (!Number.isSafeInteger(number) || number < 0)
        throw new TypeError(`\`seek\` does not take \`${JSON.stringify(to)}\`: use nanoseconds, or \`{ order: 17 }\``);
      if (to?.order === undefined) player.seekTime(number);
      else player.seekOrder(Math.min(number, 0xffffffff));
    }),
    close,
  };
}

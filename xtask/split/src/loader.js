
// What the code is made of besides the module above: it has a part fetched when a function in it is called.
const partAddresses = {
    /* parts */
};
const partFault = (name, reason) => new Error(`\`${name}\`, a part of Wakeline's code, could not be loaded: ${reason}`);

function addPart(module) {
    new WebAssembly.Instance(module, { first: wasm });
}

// The caller cannot wait otherwise than by standing still.
function loadPart(number) {
    const address = partAddresses[number];
    const request = new XMLHttpRequest();
    request.open("GET", address, false);
    if (isPage) request.overrideMimeType("text/plain; charset=x-user-defined");
    else request.responseType = "arraybuffer";
    try {
        request.send();
        if (request.status !== 200) throw new Error(`the answer is ${request.status}`);
        const bytes = isPage ? Uint8Array.from(request.response, (byte) => byte.charCodeAt(0)) : request.response;
        addPart(new WebAssembly.Module(bytes));
    } catch (error) {
        const fault = partFault(address, error.message);
        // Code that stands in the middle of something can't go on: the page says so, and a worker is made anew.
        if (isPage) dispatchEvent(new CustomEvent("wakeline-fault", { detail: fault.message }));
        throw fault;
    }
}

async function fetchPart(number) {
    const answer = await fetch(partAddresses[number]);
    return WebAssembly.compile(await answer.arrayBuffer());
}

// If one does not come, it is asked for again when it is called, and missed then.
const late = (number) =>
    fetchPart(number).then((module) => wasm["p" + number].value || addPart(module)).catch(() => {});

// A page that begins with another pattern than the first, or has one within it, is shown with more of the code.
const isPage = typeof document !== "undefined";
const isFirst = !isPage || (location.hash.length < 2 && document.querySelector("[data-wakeline]"));
const view = isFirst ? null : fetchPart(/* view */).catch(() => null);

async function addView(exports) {
    const module = await view;
    if (module) new WebAssembly.Instance(module, { first: exports });
}

// All else is fetched as soon as a reader touches the page, so that nothing has to stand still.
function fetchBehind() {
    // There is nothing to add to yet: the next touch will do.
    if (!wasm) return;
    for (const kind of touches) removeEventListener(kind, fetchBehind, true);
    if (isFirst) late(/* view */);
    late(/* behind */);
}

const touches = isPage ? ["pointermove", "pointerdown", "keydown"] : [];
for (const kind of touches) addEventListener(kind, fetchBehind, true);

// The worker in which runs live: it is told where the page's code is, and starts it here once more.
let memory;
let most = Infinity;

async function start({ glue, module, limit }) {
  most = limit;
  const wakeline = await import(glue);
  ({ memory } = await wakeline.default({ module_or_path: module }));
  wakeline.serve();
}

// Code that has to end says why by itself, if it can; where there was no memory left, it cannot.
addEventListener("error", (event) => {
  const taken = memory?.buffer.byteLength ?? 0;
  if (taken < most) return;
  event.preventDefault();
  postMessage(`it ran out of memory, with ${Math.floor(taken / 1048576)} MiB in use (${event.message})`);
});

addEventListener(
  "message",
  (event) => {
    // The page hears of what is thrown here, but not of what a promise is rejected with.
    start(event.data).catch((error) => setTimeout(() => { throw error; }));
  },
  { once: true },
);

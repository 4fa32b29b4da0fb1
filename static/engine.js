// The worker in which runs live: it is told where the page's code is, and starts it here once more.
async function start({ glue, module }) {
  const wakeline = await import(glue);
  await wakeline.default({ module_or_path: module });
  wakeline.serve();
}

addEventListener(
  "message",
  (event) => {
    // The page hears of what is thrown here, but not of what a promise is rejected with.
    start(event.data).catch((error) => setTimeout(() => { throw error; }));
  },
  { once: true },
);

// Starts the page's code; `Trunk.toml` writes into this file's address where it is. Not a script within the
// page, so that a host's content security policy may forbid those: `script-src 'self' 'wasm-unsafe-eval'`.
const query = new URL(import.meta.url).searchParams;
const file = (name) => new URL(query.get(name), import.meta.url);

const bindings = await import(file("js"));
await bindings.default({ module_or_path: file("wasm") });


// Tells which functions of this instance have run, and forgets it.
const profile = new BroadcastChannel("profile");
profile.onmessage = ({ data }) => {
    if (data !== "collect" || !wasm) return;
    const functions = [];
    for (const [name, mark] of Object.entries(wasm)) {
        if (!name.startsWith("ran") || !mark.value) continue;
        mark.value = 0;
        functions.push(Number(name.slice(3)));
    }
    profile.postMessage({ where: typeof document === "undefined" ? "worker" : "page", functions });
};

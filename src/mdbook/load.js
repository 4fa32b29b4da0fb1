// Loads Wakeline on the pages that have something of it. mdBook has no module scripts of its own; this is a classic
// one, which knows where it is from and asks for the module beside it, at whatever depth the page is.
(() => {
  const here = document.currentScript.src;
  if (document.querySelector("wake-line")) import(new URL("wakeline/wakeline.js", here).href);
})();

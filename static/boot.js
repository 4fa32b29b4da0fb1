// What must happen before the page's own code is here: the reader's colours, and a clear word if it cannot come.
(function () {
  "use strict";

  try {
    var theme = window.localStorage.getItem("wakeline-theme");
    if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
  } catch (_) {
    // A sandboxed frame has no storage; the system's colours will do.
  }

  function trouble(title, text) {
    var box = document.getElementById("trouble");
    if (!box || !box.hidden) return;
    document.getElementById("trouble-title").textContent = title;
    document.getElementById("trouble-text").textContent = text;
    box.hidden = false;
  }

  function isLoading() {
    return document.querySelector('[data-state="loading"]') !== null;
  }

  function missing() {
    var works = false;
    try {
      // The smallest module there is.
      works = typeof WebAssembly === "object" && WebAssembly.validate(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0]));
    } catch (_) {
      works = false;
    }
    if (!works) {
      trouble(
        "This browser has no WebAssembly",
        "Wakeline runs real Rust futures, compiled to WebAssembly. It is switched off here or the browser is older than 2017: switch it on, or open the page in a current Firefox, Chrome, Edge or Safari.",
      );
    }
    return !works;
  }

  document.addEventListener("DOMContentLoaded", missing);

  function failed(reason) {
    if (!isLoading() || missing()) return;
    trouble(
      "Wakeline could not be loaded",
      "A file of the page did not come or did not start: " + reason + ". Check the connection and reload.",
    );
  }

  window.addEventListener("unhandledrejection", function (event) {
    failed(String(event.reason));
  });

  // Files that do not come say so where they stand: only the way down passes here.
  window.addEventListener(
    "error",
    function (event) {
      var target = event.target;
      failed((target && (target.src || target.href)) || event.message || "unknown");
    },
    true,
  );

  // The page's code calls this when a fault ends it.
  window.addEventListener("wakeline-fault", function (event) {
    trouble("Wakeline has stopped", "A fault in the page ended it, and nothing of the run goes on: " + event.detail);
  });
})();

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

  // What this browser lacks, in words; nothing if it can run the page's code.
  function lack() {
    if (typeof WebAssembly !== "object") {
      return "WebAssembly is switched off here, or the browser is too old to know of it";
    }
    try {
      // The smallest module with a `try` in it: that is how a panic is kept to one task.
      var module = [0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 3, 2, 1, 0, 10, 8, 1, 6, 0, 6, 64, 25, 11, 11];
      if (WebAssembly.validate(new Uint8Array(module))) return "";
    } catch (_) {
      // A policy may forbid what the engine can do.
    }
    return "the WebAssembly of this browser has no exception handling, with which a panic is kept to one task";
  }

  function missing() {
    var what = lack();
    if (what) {
      trouble(
        "This browser does not run Wakeline's code",
        "Wakeline runs real Rust futures, compiled to WebAssembly, and " +
          what +
          ". Open the page in Firefox from 100 on, Chrome or Edge from 96 on, or Safari from 15.2 on.",
      );
    }
    return what !== "";
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

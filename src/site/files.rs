//! The files of the page and of the element, as they are in the crate.

/// A name and what is in it.
pub type File = (&'static str, &'static str);

macro_rules! files {
    ($folder:literal: $($name:literal)*) => {
        &[$(($name, include_str!(concat!("../../", $folder, $name)))),*]
    };
}

/// What stands beside the code of the page.
pub const PAGE: &[File] = files!("static/": "boot.js" "engine.js" "start.js" "icon.svg");

/// The style sheets, in their order.
pub const STYLES: &[File] = files!("static/styles/":
    "theme.css" "base.css" "layout.css" "controls.css" "transport.css" "timeline.css" "source.css" "panels.css"
    "overlays.css" "embed.css"
);

/// The element, and the frame with the element in it.
pub const ELEMENT: &[File] = files!("static/embed/":
    "wakeline.js" "wakeline.d.ts" "mount.js" "iframe.html" "iframe.css" "iframe.js"
);

/// What patterns fetch for real.
pub const DATA: &[File] =
    files!("static/data/": "1.json" "2.json" "3.json" "4.json" "5.json" "articles.json");

/// The terms under which all of that may be copied.
pub const LICENSES: &[File] = files!("": "LICENSE-APACHE" "LICENSE-MIT");

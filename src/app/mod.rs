//! The page.
//!
//! ```text
//!  controls, keys, gestures, link ──Command──▶ State ──▶ Engine ──frames──▶ Model
//!                                                │                            │
//!        yew renders the chrome ◀── when it changes        View ◀── each frame ┘
//! ```

pub mod beside;
pub mod browser;
pub mod chrome;
mod code;
pub mod command;
pub mod components;
pub mod embedding;
pub mod engine;
pub mod frame;
pub mod gzip;
pub mod highlight;
pub mod keys;
pub mod link;
pub mod open;
mod outward;
pub mod page;
pub mod recordings;
pub mod report;
pub mod save;
pub mod scale;
pub mod share;
pub mod sources;
pub mod state;
pub mod theme;
pub mod timeline;
pub mod units;
pub mod view;
pub mod whole;
pub mod worker;

pub use command::{Command, Panel, Selection};
pub use theme::Theme;
pub use view::{Look, Phase, Subscription, View, ViewHandle};

/// Puts the page in place of what the document shows while it loads; does nothing in a document that is
/// somebody else's.
pub fn start() {
    browser::tell_of_faults();
    // Not by its id: a heading of somebody else's page may well be called so.
    let root = browser::document().and_then(|document| document.query_selector("[data-wakeline]").ok()?);
    if let Some(root) = root {
        mount(root);
    }
}

/// Puts the page into an element.
pub fn mount(root: web_sys::Element) -> yew::AppHandle<page::Page> {
    yew::Renderer::<page::Page>::with_root(root).render()
}

//! The page.
//!
//! ```text
//!  controls, keys, gestures, link ──Command──▶ State ──▶ Engine ──frames──▶ Model
//!                                                │                            │
//!        yew renders the chrome ◀── when it changes        View ◀── each frame ┘
//! ```

pub mod command;
pub mod components;
pub mod engine;
pub mod highlight;
pub mod keys;
pub mod link;
pub mod rehearsal;
pub mod state;
pub mod theme;
pub mod timeline;
pub mod units;
pub mod view;

pub use command::{Command, Panel, Selection};
pub use theme::Theme;
pub use view::{Look, Phase, Subscription, View, ViewHandle};

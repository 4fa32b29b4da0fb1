//! What the shapes and colours of the timeline mean.

use yew::prelude::*;

use crate::drawing::shapes::Shape;

/// Draws the legend; `shares` says whether the run has lanes of resources.
pub fn legend(shares: bool) -> Html {
    let block = html! { <rect x="1" y="2" width="26" height="12" rx="2" fill="var(--polling)" /> };
    let hatched = html! {
        <>
            <rect x="1.5" y="3.5" width="25" height="9" fill="var(--scheduled-2)" stroke="var(--scheduled)" />
            <path d="M4 12L11 4M10 12L17 4M16 12L23 4" stroke="var(--scheduled)" stroke-width="3" />
        </>
    };
    let idle = html! { <path d="M0 8H28" stroke="var(--idle)" stroke-width="1.5" /> };
    let dashed =
        html! { <path d="M0 8H28" stroke="var(--resource)" stroke-width="2" stroke-dasharray="4 3" /> };
    let dots = html! {
        <>
            <circle cx="4" cy="8" r="3" fill="none" stroke="var(--idle)" stroke-width="1.5" />
            <path d="M9 8H28" stroke="var(--idle)" stroke-width="1.5" stroke-dasharray="1.5 3.5" />
        </>
    };
    let arrow = html! {
        <>
            <path d="M5 1C16 3 16 9 8 13" fill="none" stroke="var(--wake)" stroke-width="1.5" />
            <path d="M5 15L7 9.5L11 13.5Z" fill="var(--wake)" />
        </>
    };
    html! {
        <ul class="legend" aria-label="Legend">
            { item(28, "polling", block) }
            { item(28, "scheduled", hatched) }
            { item(28, "idle", idle) }
            { item(28, "waits for a resource", dashed) }
            { item(28, "not polled yet", dots) }
            { item(16, "completed", mark(Shape::Check, "var(--completed)")) }
            { item(16, "failed", mark(Shape::Exclamation, "var(--failed)")) }
            { item(16, "dropped", mark(Shape::Cross, "var(--cancelled)")) }
            { item(16, "panicked", mark(Shape::Burst, "var(--failed)")) }
            { item(16, "wakes", arrow) }
            if shares { { shared() } }
        </ul>
    }
}

/// What the lanes of resources are drawn with.
fn shared() -> Html {
    let level = html! {
        <>
            <path d="M0 14.5H28M0 2.5H28" stroke="var(--resource)" opacity="0.4" />
            <path d="M0 14V10H8V6H18V10H28V14Z" fill="var(--resource)" opacity="0.6" />
        </>
    };
    let value = html! {
        <>
            <circle cx="5" cy="8" r="4.5" fill="var(--resource)" />
            <circle cx="18" cy="8" r="4" fill="none" stroke="var(--resource)" stroke-width="1.5" />
        </>
    };
    let message = html! {
        <>
            <path d="M2 1C2 9 11 5 11 11" fill="none" stroke="var(--resource)" stroke-width="1.5" />
            <path d="M11 15L8 9.5H14Z" fill="var(--resource)" />
        </>
    };
    html! {
        <>
            { item(28, "in use", level) }
            { item(24, "value, seen or not", value) }
            { item(16, "message", message) }
        </>
    }
}

fn item(width: u32, text: &'static str, picture: Html) -> Html {
    html! {
        <li>
            <svg viewBox={format!("0 0 {width} 16")} width={width.to_string()} height="16" aria-hidden="true">
                { picture }
            </svg>
            { text }
        </li>
    }
}

fn mark(shape: Shape, colour: &'static str) -> Html {
    html! {
        <path d={shape.svg_path(16.0, 3.0)} fill="none" stroke={colour} stroke-width="2"
            stroke-linecap="round" stroke-linejoin="round" />
    }
}

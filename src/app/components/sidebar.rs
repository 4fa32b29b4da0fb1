//! The catalogue, by chapter, with a box to find a pattern.

use web_sys::{File, HtmlInputElement};
use yew::prelude::*;

use super::icons::mark;
use crate::app::Command;
use crate::patterns::{Chapter, Pattern, catalogue};

/// What the catalogue is given.
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct SidebarProps {
    /// The pattern that is open.
    pub current: &'static str,
    /// Whether it lies over the page, on a narrow screen.
    pub is_drawer: bool,
    /// Where to send commands.
    pub on_command: Callback<Command>,
    /// Where to send a recording that the reader chose.
    pub on_file: Callback<File>,
    /// The find box, for whoever puts the cursor there.
    pub find: NodeRef,
}

/// The catalogue.
#[component]
pub fn Sidebar(props: &SidebarProps) -> Html {
    let wanted = use_state(String::new);
    let oninput = {
        let wanted = wanted.clone();
        Callback::from(move |event: InputEvent| {
            wanted.set(event.target_unchecked_into::<HtmlInputElement>().value());
        })
    };
    let onkeydown = {
        let wanted = wanted.clone();
        Callback::from(move |event: KeyboardEvent| match event.key().as_str() {
            "Enter" => {
                if let Some(pattern) = catalogue().iter().find(|pattern| matches(pattern, &wanted)) {
                    open(pattern.id);
                    // The keys are the timeline's again.
                    crate::app::browser::blur_within(&event.target_unchecked_into::<HtmlInputElement>());
                    wanted.set(String::new());
                }
            }
            "Escape" if !wanted.is_empty() => {
                wanted.set(String::new());
                event.stop_propagation();
            }
            _ => {}
        })
    };
    let on_choice = {
        let on_file = props.on_file.clone();
        Callback::from(move |event: Event| {
            let input = event.target_unchecked_into::<HtmlInputElement>();
            if let Some(file) = input.files().and_then(|files| files.get(0)) {
                on_file.emit(file);
            }
            // The same file may be chosen again.
            input.set_value("");
        })
    };
    let found: Vec<_> = catalogue().iter().copied().filter(|pattern| matches(pattern, &wanted)).collect();
    let mut chapters: Vec<Chapter> = found.iter().map(|pattern| pattern.chapter).collect();
    chapters.dedup();
    html! {
        <aside class="sidebar" id="catalogue" aria-label="Catalogue">
            <div class="brand"><span class="brand-mark">{ mark() }</span><span>{ "Wakeline" }</span></div>
            <p class="tagline">{ "See async Rust run" }</p>
            <div class="find">
                <input type="search" placeholder="Find a pattern" aria-label="Find a pattern" ref={props.find.clone()}
                    value={(*wanted).clone()} {oninput} {onkeydown} data-testid="find"
                    autocomplete="off" spellcheck="false" enterkeyhint="go" />
                <kbd aria-hidden="true">{ "/" }</kbd>
            </div>
            <nav aria-label="Patterns">
                { for chapters.iter().map(|chapter| chapter_links(*chapter, &found, props)) }
                if found.is_empty() {
                    <p class="nothing-found" role="status">
                        { format!("No pattern has “{}” in its name or summary.", wanted.trim()) }
                    </p>
                }
            </nav>
            <label class="open-recording" title="Or drop it anywhere on the page">
                <input type="file" class="visually-hidden" onchange={on_choice} data-testid="open-file"
                    accept=".wktrace,.gz,.json,application/json" />
                { "Open a recording…" }
            </label>
        </aside>
    }
}

fn chapter_links(chapter: Chapter, found: &[&'static Pattern], props: &SidebarProps) -> Html {
    let links = found.iter().filter(|pattern| pattern.chapter == chapter).map(|pattern| {
        let is_current = pattern.id == props.current;
        let is_drawer = props.is_drawer;
        let on_command = props.on_command.clone();
        // The link itself opens the pattern, so that it has a place in the history; a link to what is
        // open already changes nothing and must still close the drawer.
        let onclick = Callback::from(move |_: MouseEvent| {
            if is_drawer {
                on_command.emit(Command::ToggleDrawer);
            }
        });
        html! {
            <li key={pattern.id}>
                <a class="pattern-link" href={format!("#{}", pattern.id)} {onclick}
                    data-testid={format!("pattern-{}", pattern.id)} aria-current={is_current.then_some("page")}>
                    { pattern.title }
                </a>
            </li>
        }
    });
    html! {
        <section key={chapter.title()}>
            <h2 class="chapter">{ chapter.title() }</h2>
            <ul>{ for links }</ul>
        </section>
    }
}

fn matches(pattern: &Pattern, wanted: &str) -> bool {
    let text = format!("{} {} {} {}", pattern.id, pattern.title, pattern.chapter.title(), pattern.summary);
    let text = text.to_ascii_lowercase();
    wanted.to_ascii_lowercase().split_whitespace().all(|word| text.contains(word))
}

fn open(id: &str) {
    if let Some(window) = web_sys::window() {
        // Only a page that forbids navigation refuses this, and then the links are of no use either.
        drop(window.location().set_hash(id));
    }
}

//! The page as a whole: it holds the state, moves it on each frame, and lays out the components.

use std::any::Any;
use std::cell::RefCell;
use std::rc::Rc;

use futures::future::{AbortHandle, Abortable};
use gloo_timers::callback::Timeout;
use web_sys::{Element, HtmlElement, KeyboardEvent};
use yew::prelude::*;

use super::browser;
use super::chrome::Chrome;
use super::components::happening::Happening;
use super::components::head::head;
use super::components::knobs::Knobs;
use super::components::legend::legend;
use super::components::outcome::verdict;
use super::components::overlays::{Help, notices};
use super::components::panels::Panels;
use super::components::sidebar::Sidebar;
use super::components::source::Source;
use super::components::transport::Transport;
use super::engine::{Host, PatternRun};
use super::link::Link;
use super::state::State;
use super::timeline::Timeline;
use super::timeline::listen::{Frames, Listener};
use super::{Command, Phase, Theme, ViewHandle};
use crate::runtime::browser::{drive, now_millis};

/// How long the address waits for the reader to come to rest, in milliseconds.
const LINK_MILLIS: u32 = 250;
/// How long a notice that is no problem stays, in milliseconds.
const NOTICE_MILLIS: u32 = 6_000;

/// How long the catalogue takes until it is shown, in milliseconds.
const SHOWN_MILLIS: u32 = 50;

/// The page.
#[derive(Debug)]
pub struct Page {
    state: State,
    /// What was rendered last.
    chrome: Chrome,
    root: NodeRef,
    find: NodeRef,
    frames: Frames,
    last_frame_millis: Option<f64>,
    /// The link that the address stands for.
    link: String,
    /// The fragment that the address had when it was last looked at.
    fragment: String,
    link_timer: Option<Timeout>,
    notice_timer: Option<Timeout>,
    find_timer: Option<Timeout>,
    _listeners: Vec<Listener>,
}

/// What happens to the page.
#[derive(Debug)]
pub enum Message {
    /// The reader asks for something.
    Command(Command),
    /// The browser is about to paint.
    Frame,
    /// The address has another fragment: a link, the way back, an edit.
    Fragment,
    /// The system switched between light and dark.
    Colours,
    /// The page goes away, or into the browser's memory of pages.
    Hide,
    /// The reader has come to rest: the address may follow.
    Rest,
}

impl Component for Page {
    type Message = Message;
    type Properties = ();

    fn create(ctx: &Context<Self>) -> Self {
        let wall = Rc::new(now_millis);
        let mut state = State::new(Host { base: browser::base(), wall, drive: drive_on_page });
        let link = Link::parse(&browser::fragment());
        if let Some(theme) = browser::stored_theme() {
            state.apply(Command::SetTheme(theme));
        }
        state.open_link(&link);
        browser::show_theme(state.theme);
        browser::show_title(state.setup.pattern.title);
        let scope = ctx.link().clone();
        let mut page = Self {
            chrome: Chrome::of(&state),
            link: state.link().to_fragment(),
            fragment: browser::fragment(),
            state,
            root: NodeRef::default(),
            find: NodeRef::default(),
            frames: Frames::new(move || scope.send_message(Message::Frame)),
            last_frame_millis: None,
            link_timer: None,
            notice_timer: None,
            find_timer: None,
            _listeners: Vec::new(),
        };
        page.listen(ctx);
        page.keep_moving();
        page
    }

    fn update(&mut self, ctx: &Context<Self>, message: Message) -> bool {
        match message {
            Message::Command(command) => self.carry_out(ctx, command),
            Message::Frame => self.frame(ctx),
            Message::Fragment => self.follow_address(),
            Message::Colours => self.state.colours_changed(),
            Message::Hide => self.state.page_hides(),
            Message::Rest => self.save_link(),
        }
        self.keep_moving();
        self.show_facts();
        let chrome = Chrome::of(&self.state);
        let differs = chrome != self.chrome;
        if chrome.pattern != self.chrome.pattern {
            browser::show_title(self.state.setup.pattern.title);
        }
        if chrome.notice != self.chrome.notice {
            self.let_notice_fade(ctx);
        }
        self.chrome = chrome;
        differs
    }

    fn rendered(&mut self, _: &Context<Self>, _: bool) {
        self.show_facts();
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        let state = &self.state;
        let chrome = self.chrome.clone();
        let on_command = ctx.link().callback(Message::Command);
        let view = ViewHandle(Rc::clone(&state.view));
        let pattern = state.setup.pattern;
        let close_drawer = on_command.reform(|_: MouseEvent| Command::ToggleDrawer);
        html! {
            <div class={classes!("app", chrome.drawer.then_some("has-drawer"))} ref={self.root.clone()}>
                <Sidebar current={pattern.id} is_drawer={chrome.drawer} on_command={on_command.clone()}
                    find={self.find.clone()} />
                if chrome.drawer {
                    <button type="button" class="scrim" aria-label="Close the catalogue" onclick={close_drawer}></button>
                }
                <main class="main" inert={chrome.drawer}>
                    { head(pattern, chrome.twin, chrome.theme, &on_command) }
                    <Knobs setup={state.setup.clone()} on_command={on_command.clone()} />
                    <section class="card stage" aria-label="The run" style={format!("--lanes: {}", chrome.expected_lanes.clamp(1, 100))}>
                        <Timeline view={view.clone()} on_command={on_command.clone()} />
                        <Transport view={view.clone()} phase={chrome.phase} speed={chrome.speed}
                            clock={chrome.clock} seed={chrome.seed} awaits={chrome.awaits} stop_label={chrome.stop_label}
                            can_stop={chrome.can_stop} is_at_start={chrome.is_at_start} on_command={on_command.clone()} />
                    </section>
                    <div class="under-stage">
                        <Happening view={view.clone()} on_command={on_command.clone()} />
                        if matches!(chrome.phase, Phase::Ended | Phase::Failed | Phase::Stalled) {
                            { verdict(&chrome.report, &on_command) }
                        }
                        { legend(chrome.shares) }
                    </div>
                    <div class="below">
                        <Source {pattern} twin={state.setup.twin} view={view.clone()} on_command={on_command.clone()} />
                        <Panels {view} panel={chrome.panel} report={chrome.report} selected={chrome.selected}
                            log_lines={chrome.log_lines} on_command={on_command.clone()} />
                    </div>
                </main>
                { notices(chrome.notice.as_ref(), &on_command) }
                if chrome.help { <Help {on_command} /> }
            </div>
        }
    }
}

impl Page {
    fn listen(&mut self, ctx: &Context<Self>) {
        let Some(window) = browser::window() else { return };
        let (scope, root) = (ctx.link().clone(), self.root.clone());
        let on_key = Listener::new(&window, "keydown", move |event| {
            let Some(event) = wasm_bindgen::JsCast::dyn_ref::<KeyboardEvent>(&event) else { return };
            if let Some(command) = browser::command_of_key(event, root.cast::<Element>().as_ref()) {
                event.prevent_default();
                event.stop_propagation();
                scope.send_message(Message::Command(command));
            }
        });
        let scope = ctx.link().clone();
        let on_fragment =
            Listener::new(&window, "hashchange", move |_| scope.send_message(Message::Fragment));
        let scope = ctx.link().clone();
        let on_hide = Listener::new(&window, "pagehide", move |_| scope.send_message(Message::Hide));
        self._listeners.extend([on_key, on_fragment, on_hide]);
        if let Some(query) = browser::dark_query() {
            let scope = ctx.link().clone();
            self._listeners
                .push(Listener::new(&query, "change", move |_| scope.send_message(Message::Colours)));
        }
    }

    fn carry_out(&mut self, ctx: &Context<Self>, command: Command) {
        if self.state.help
            && !matches!(command, Command::ToggleHelp | Command::Escape | Command::Resize { .. })
        {
            return;
        }
        let theme = self.state.theme;
        match &command {
            Command::CopyLink => {
                self.save_link();
                self.copy(ctx, browser::address(&self.link), "a link to this moment is in the clipboard");
            }
            Command::CopyCode => {
                let (_, code) = self.state.setup.pattern.shown(self.state.setup.twin);
                self.copy(ctx, code.to_owned(), "the code is in the clipboard");
            }
            Command::Find => self.find_pattern(),
            Command::Escape if self.state.has_nothing_to_close() => browser::blur(),
            _ => {}
        }
        let moves_link = !matches!(command, Command::Resize { .. } | Command::HoverLine(_));
        self.state.apply(command);
        self.follow_theme(theme);
        if moves_link {
            let scope = ctx.link().clone();
            self.link_timer = Some(Timeout::new(LINK_MILLIS, move || scope.send_message(Message::Rest)));
        }
    }

    fn follow_theme(&mut self, before: Theme) {
        if self.state.theme != before {
            browser::show_theme(self.state.theme);
            browser::store_theme(self.state.theme);
            // The canvas reads its colours once the document has them.
            self.state.colours_changed();
        }
    }

    fn find_pattern(&mut self) {
        if let Some(find) = self.find.cast::<HtmlElement>() {
            if browser::is_narrow() {
                self.state.drawer = true;
            }
            // The catalogue has to be shown before anything in it takes the focus.
            self.find_timer = Some(Timeout::new(SHOWN_MILLIS, move || drop(find.focus())));
        }
    }

    fn copy(&self, ctx: &Context<Self>, text: String, done: &'static str) {
        ctx.link().send_future(async move {
            Message::Command(Command::Notify(match browser::copy(text).await {
                Ok(()) => done.to_owned(),
                Err(refused) => format!("{refused}: select the text, or take the link from the address bar"),
            }))
        });
    }

    fn frame(&mut self, ctx: &Context<Self>) {
        let now = now_millis();
        let seconds = self.last_frame_millis.map_or(0.0, |last| (now - last) / 1000.0);
        self.last_frame_millis = Some(now);
        self.state.frame(seconds);
        if !self.state.is_moving() {
            let scope = ctx.link().clone();
            self.link_timer = Some(Timeout::new(LINK_MILLIS, move || scope.send_message(Message::Rest)));
        }
    }

    fn keep_moving(&mut self) {
        if self.state.is_moving() {
            if self.last_frame_millis.is_none() {
                self.last_frame_millis = Some(now_millis());
            }
            self.frames.ask();
        } else {
            self.last_frame_millis = None;
        }
    }

    /// Writes what tests and embedders wait for; yew does not know of these attributes.
    fn show_facts(&self) {
        let Some(root) = self.root.cast::<Element>() else { return };
        let look = self.state.view.look();
        // Attributes of these names are always allowed.
        drop(root.set_attribute("data-state", look.phase.word()));
        drop(root.set_attribute("data-time-nanos", &look.now_nanos.to_string()));
    }

    /// Shows what the address stands for, if it has another fragment than before.
    fn follow_address(&mut self) {
        let fragment = browser::fragment();
        if fragment != self.fragment {
            let theme = self.state.theme;
            self.state.open_link(&Link::parse(&fragment));
            self.follow_theme(theme);
            self.link = self.state.link().to_fragment();
            self.fragment = fragment;
        }
    }

    fn save_link(&mut self) {
        self.link_timer = None;
        if browser::fragment() != self.fragment {
            // The reader has gone elsewhere, and the word of it is still on its way: what is written
            // over the address now would take them back.
            return;
        }
        if self.state.is_moving() {
            return;
        }
        let link = self.state.link().to_fragment();
        if link != self.link {
            browser::replace_fragment(&link);
            self.link = link;
            self.fragment = browser::fragment();
        }
    }

    fn let_notice_fade(&mut self, ctx: &Context<Self>) {
        let scope = ctx.link().clone();
        self.notice_timer = match &self.state.notice {
            Some(notice) if !notice.is_problem => Some(Timeout::new(NOTICE_MILLIS, move || {
                scope.send_message(Message::Command(Command::DismissNotice));
            })),
            _ => None,
        };
    }
}

/// Drives a run in real time in a task of the page; dropping what it returns ends the task.
fn drive_on_page(run: Rc<RefCell<PatternRun>>, frames: Rc<RefCell<Vec<u8>>>) -> Box<dyn Any> {
    let driving = drive(run, move |run| {
        if run.has_events() {
            run.take_frame().encode_into(&mut frames.borrow_mut());
        }
        if run.polls() > super::engine::MAX_POLLS {
            run.give_up();
        }
        true
    });
    let (handle, registration) = AbortHandle::new_pair();
    let task = Abortable::new(driving, registration);
    wasm_bindgen_futures::spawn_local(async move {
        // How it ended is read from the run itself.
        let _ = task.await;
    });
    Box::new(AbortOnDrop(handle))
}

struct AbortOnDrop(AbortHandle);

impl Drop for AbortOnDrop {
    fn drop(&mut self) {
        self.0.abort();
    }
}

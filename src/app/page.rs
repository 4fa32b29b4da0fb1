//! The page as a whole: it holds the state, moves it on each frame, and lays out the components.

use std::rc::Rc;

use gloo_timers::callback::Timeout;
use web_sys::{Element, EventTarget, HtmlElement};
use yew::prelude::*;

use super::browser;
use super::chrome::Chrome;
use super::embedding::{Embedding, Event, News};
use super::engine::Host;
use super::frame::frame;
use super::link::Link;
use super::recordings::drops;
use super::sources::SourceError;
use super::state::State;
use super::timeline::listen::{Frames, Listener};
use super::whole::whole;
use super::{Command, Panel, Phase, Theme, worker};
use crate::patterns::SourceFile;
use crate::runtime::browser::now_millis;

/// How long the address waits for the reader to come to rest, in milliseconds.
const LINK_MILLIS: u32 = 250;
/// How long a notice that is no problem stays, in milliseconds.
const NOTICE_MILLIS: u32 = 6_000;

/// How long the catalogue takes until it is shown, in milliseconds.
const SHOWN_MILLIS: u32 = 50;

/// What the page is given.
#[derive(Clone, Debug, Default, PartialEq, Properties)]
pub struct PageProps {
    /// The page around this one; a page of its own has the address and the document to itself.
    #[prop_or_default]
    pub embedding: Option<Embedding>,
}

/// The page.
#[derive(Debug)]
pub struct Page {
    pub(super) state: State,
    /// What was rendered last.
    pub(super) chrome: Chrome,
    pub(super) root: NodeRef,
    pub(super) find: NodeRef,
    frames: Frames,
    last_frame_millis: Option<f64>,
    /// The link that the address stands for.
    pub(super) link: String,
    /// The fragment that the address had when it was last looked at.
    pub(super) fragment: String,
    /// Whether something to be opened is held over the page.
    pub(super) is_dragged_over: bool,
    pub(super) on_file: Callback<web_sys::File>,
    link_timer: Option<Timeout>,
    notice_timer: Option<Timeout>,
    find_timer: Option<Timeout>,
    news: News,
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
    /// The system, or the page around this one, switched between light and dark.
    Colours,
    /// The engine has said something.
    Arrival,
    /// The reader gives a recording, by a file.
    File(web_sys::File),
    /// A recording was read: its name, and its bytes or why there are none.
    Read(String, Result<Vec<u8>, String>),
    /// The code that is shown has come, or has not.
    Code(SourceFile, Result<String, SourceError>),
    /// Something is dragged over the page, or no longer.
    Drag(bool),
    /// The page goes away, or into the browser's memory of pages.
    Hide,
    /// The reader has come to rest: the address may follow.
    Rest,
}

impl Component for Page {
    type Message = Message;
    type Properties = PageProps;

    fn create(ctx: &Context<Self>) -> Self {
        let embedding = ctx.props().embedding.as_ref();
        let base = embedding.map(|embedding| embedding.base.clone()).filter(|base| !base.is_empty());
        let arrival = ctx.link().clone();
        let mut state = State::new(Host {
            base: base.unwrap_or_else(browser::base),
            surroundings: worker::surroundings(),
            connect: Rc::new(worker::connect),
            on_arrival: Rc::new(move || arrival.send_message(Message::Arrival)),
        });
        if let Some(embedding) = embedding {
            state.open_link(&embedding.link);
            state.panel = Panel::Code;
            embedding.tell.set_facts(&state);
        } else {
            if let Some(theme) = browser::stored_theme() {
                state.apply(Command::SetTheme(theme));
            }
            state.open_link(&Link::parse(&browser::fragment()));
            browser::show_theme(state.theme);
            browser::show_title(state.setup.pattern.title);
        }
        let scope = ctx.link().clone();
        let mut page = Self {
            chrome: Chrome::of(&state),
            link: state.link().to_fragment(),
            fragment: browser::fragment(),
            state,
            root: NodeRef::default(),
            find: NodeRef::default(),
            is_dragged_over: false,
            on_file: ctx.link().callback(Message::File),
            frames: Frames::new(move || scope.send_message(Message::Frame)),
            last_frame_millis: None,
            link_timer: None,
            notice_timer: None,
            find_timer: None,
            news: News::default(),
            _listeners: Vec::new(),
        };
        page.listen(ctx);
        if ctx.props().embedding.is_none() {
            page.fetch(ctx);
        }
        page.fetch_code(ctx);
        page.keep_moving();
        page
    }

    fn update(&mut self, ctx: &Context<Self>, message: Message) -> bool {
        match message {
            Message::Command(command) => self.carry_out(ctx, command),
            Message::Frame => self.frame(ctx),
            Message::Fragment => self.follow_address(ctx),
            Message::Colours => self.state.colours_changed(),
            Message::Arrival => self.state.arrived(),
            Message::File(file) => self.read(ctx, file),
            Message::Read(name, read) => self.open(&name, read),
            Message::Code(file, answer) => self.state.sources.arrived(file, answer),
            Message::Drag(is_over) => {
                let differs = std::mem::replace(&mut self.is_dragged_over, is_over) != is_over;
                return differs;
            }
            Message::Hide => self.state.page_hides(),
            Message::Rest => self.save_link(ctx),
        }
        self.fetch_code(ctx);
        self.keep_moving();
        self.show_facts();
        let chrome = Chrome::of(&self.state);
        let differs = chrome != self.chrome;
        match &ctx.props().embedding {
            Some(embedding) => {
                embedding.tell.set_facts(&self.state);
                for event in self.news.of(&self.state) {
                    embedding.tell.tell(&event);
                }
            }
            None if chrome.pattern != self.chrome.pattern => {
                browser::show_title(self.state.setup.pattern.title);
            }
            None => {}
        }
        if chrome.notice != self.chrome.notice {
            self.let_notice_fade(ctx);
        }
        self.chrome = chrome;
        differs
    }

    fn changed(&mut self, ctx: &Context<Self>, old: &PageProps) -> bool {
        let (Some(old), Some(new)) = (&old.embedding, &ctx.props().embedding) else { return true };
        // What the reader has changed since stays, unless the author changes it.
        if new.link != old.link {
            let phase = self.state.phase();
            self.state.open_link(&new.link);
            match phase {
                Phase::Running => self.state.apply(Command::Run),
                Phase::Ended | Phase::Failed | Phase::Stalled => self.state.apply(Command::Last),
                Phase::Ready | Phase::Paused => {}
            }
        }
        ctx.link().send_message(Message::Frame);
        true
    }

    fn rendered(&mut self, ctx: &Context<Self>, is_first: bool) {
        if is_first && let (Some(_), Some(root)) = (&ctx.props().embedding, self.root.cast::<Element>()) {
            // A key that is meant here goes no further: the page around may turn its leaves with it.
            let on_key = self.key_listener(ctx, &root);
            self._listeners.push(on_key);
        }
        self.show_facts();
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        let on_command = ctx.link().callback(Message::Command);
        match &ctx.props().embedding {
            Some(embedding) => frame(self, embedding, &on_command),
            None => whole(self, &on_command),
        }
    }
}

impl Page {
    fn listen(&mut self, ctx: &Context<Self>) {
        let Some(window) = browser::window() else { return };
        let scope = ctx.link().clone();
        let on_hide = Listener::new(&window, "pagehide", move |_| scope.send_message(Message::Hide));
        self._listeners.push(on_hide);
        if ctx.props().embedding.is_some() {
            return;
        }
        let scope = ctx.link().clone();
        let on_fragment =
            Listener::new(&window, "hashchange", move |_| scope.send_message(Message::Fragment));
        let on_key = self.key_listener(ctx, &window);
        self._listeners.extend([on_key, on_fragment]);
        self._listeners.extend(drops(ctx.link(), &window));
        if let Some(query) = browser::dark_query() {
            let scope = ctx.link().clone();
            self._listeners
                .push(Listener::new(&query, "change", move |_| scope.send_message(Message::Colours)));
        }
    }

    fn key_listener(&self, ctx: &Context<Self>, target: &EventTarget) -> Listener {
        let is_embedded = ctx.props().embedding.is_some();
        browser::listen_to_keys(target, self.root.clone(), is_embedded, ctx.link().callback(Message::Command))
    }

    fn carry_out(&mut self, ctx: &Context<Self>, command: Command) {
        let is_covered = match command {
            Command::Escape | Command::Resize { .. } | Command::Notify(_) | Command::DismissNotice => false,
            Command::ToggleShare | Command::CopySnippet(_) | Command::Save(_) => self.state.help,
            Command::ToggleHelp => self.state.share,
            _ => self.state.help || self.state.share,
        };
        if is_covered {
            return;
        }
        let embedding = ctx.props().embedding.as_ref();
        if let Some(embedding) = embedding
            && let Some(problem) = embedding.refuses(&command, &self.state)
        {
            return embedding.tell.tell(&Event::Error(problem));
        }
        let theme = self.state.theme;
        match &command {
            Command::CopyLink => {
                self.save_link(ctx);
                let address = match embedding {
                    Some(embedding) => {
                        format!("{}iframe.html#{}", embedding.base, self.state.link().to_fragment())
                    }
                    None => browser::address(&self.link),
                };
                self.copy(ctx, address, "a link to this moment is in the clipboard");
            }
            Command::FetchCode => self.fetch_code_again(ctx),
            Command::CopyCode => self.copy_code(ctx),
            Command::CopySnippet(snippet) => {
                let text = snippet.text(&self.state.link(), &browser::address(""));
                self.copy(ctx, text, "it is in the clipboard");
            }
            Command::Save(kind) => self.save(ctx, *kind),
            Command::Find => self.find_pattern(),
            Command::Escape if self.state.has_nothing_to_close() => {
                if let Some(root) = self.root.cast::<Element>() {
                    browser::blur_within(&root);
                }
            }
            _ => {}
        }
        let moves_link = !matches!(command, Command::Resize { .. } | Command::HoverLine(_));
        self.state.apply(command);
        if embedding.is_some() {
            return;
        }
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
        if self.state.needs_frames() {
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
        let word = if self.state.is_starting() { "starting" } else { look.phase.word() };
        drop(root.set_attribute("data-state", word));
        drop(root.set_attribute("data-time-nanos", &look.now_nanos.to_string()));
    }

    /// Shows what the address stands for, if it has another fragment than before.
    fn follow_address(&mut self, ctx: &Context<Self>) {
        let fragment = browser::fragment();
        if fragment != self.fragment {
            self.fragment = fragment;
            if self.fetch(ctx) {
                return;
            }
            let theme = self.state.theme;
            self.state.open_link(&Link::parse(&self.fragment));
            self.follow_theme(theme);
            self.link = self.state.link().to_fragment();
        }
    }

    fn save_link(&mut self, ctx: &Context<Self>) {
        self.link_timer = None;
        // The address of a page around is not ours, and one that names a recording stays.
        if ctx.props().embedding.is_some() || self.state.opened().is_some() {
            return;
        }
        if browser::fragment() != self.fragment {
            // The reader has gone elsewhere, and the word of it is still on its way: what is written
            // over the address now would take them back.
            return;
        }
        if self.state.needs_frames() {
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

//! What the shell of the element calls: one player for each element that was run.

use std::cell::{Cell, RefCell};
use std::panic::AssertUnwindSafe;
use std::rc::Rc;

use js_sys::Function;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;
use web_sys::Element;
use yew::AppHandle;
use yew::html::Scope;

use super::message::{self, MessageError};
use super::options::Options;
use super::watch::{ThemeWatch, effective};
use crate::app::embedding::{Embedding, Event, Tell};
use crate::app::page::{Message, Page, PageProps};
use crate::app::{Command, Selection, Theme};
use crate::trace::LaneId;

/// Where the colours stand on the element, for its style sheet.
const SHOWN_THEME: &str = "data-wl-theme";

/// A pattern in an element of somebody's page.
///
/// A panic in one of its methods reaches the caller as an exception. What is in it is whole even then: the
/// page changes what it knows in one place, which is no method of this.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Player(AssertUnwindSafe<Inner>);

#[derive(Debug)]
struct Inner {
    /// Messages go this way, whatever else is going on: a listener may answer an event with one.
    scope: Scope<Page>,
    app: RefCell<Option<AppHandle<Page>>>,
    host: Element,
    base: String,
    tell: Tell,
    chosen: Rc<Cell<Theme>>,
    /// What was told to be not understood.
    problems: RefCell<Vec<String>>,
    _theme_watch: ThemeWatch,
}

#[wasm_bindgen]
impl Player {
    /// Puts a pattern into `root`, as the attributes of `host` say; `base` is where Wakeline's files are.
    /// `tell` is called with the type and the detail, as JSON, of every event.
    #[wasm_bindgen(constructor)]
    pub fn new(root: Element, host: Element, base: String, tell: Function) -> Player {
        let tell = Tell::new(move |event: &Event| {
            // What a listener throws is the host's to see, in its console, and not ours to handle.
            drop(tell.call2(&JsValue::NULL, &event.kind().into(), &event.detail().to_string().into()));
        });
        let options = Options::parse(&attributes(&host));
        let chosen = Rc::new(Cell::new(options.theme));
        show_theme(&host, chosen.get());
        let embedding = embedding(&options, base.clone(), tell.clone());
        let problems = embedding.problems.clone();
        let props = PageProps { embedding: Some(embedding) };
        let app = yew::Renderer::<Page>::with_root_and_props(root, props).render();
        let scope = (*app).clone();
        let theme_watch = {
            let (scope, host, chosen) = (scope.clone(), host.clone(), Rc::clone(&chosen));
            ThemeWatch::new(move || {
                show_theme(&host, chosen.get());
                scope.send_message(Message::Colours);
            })
        };
        for problem in &problems {
            tell.tell(&Event::Error(problem.clone()));
        }
        let (app, problems) = (RefCell::new(Some(app)), RefCell::new(problems));
        let inner = Inner { scope, app, host, base, tell, chosen, problems, _theme_watch: theme_watch };
        Self(AssertUnwindSafe(inner))
    }

    /// Reads the attributes anew.
    pub fn configure(&self) {
        self.0.apply(&attributes(&self.0.host));
    }

    /// Carries out a message of the protocol; whatever is not for Wakeline is ignored.
    pub fn receive(&self, json: &str) {
        match message::parse(json) {
            Ok(message) => self.0.carry_out(message),
            Err(MessageError::Foreign) => {}
            Err(error) => self.0.tell.tell(&Event::Error(error.to_string())),
        }
    }

    /// Plays.
    pub fn run(&self) {
        self.0.send(Command::Run);
    }

    /// Pauses.
    pub fn pause(&self) {
        self.0.send(Command::Pause);
    }

    /// Goes on by one poll.
    pub fn step(&self) {
        self.0.send(Command::StepForward);
    }

    /// Goes back by one poll.
    #[wasm_bindgen(js_name = stepBack)]
    pub fn step_back(&self) {
        self.0.send(Command::StepBack);
    }

    /// Stops the run: asks it to shut down where it listens, else drops every future.
    pub fn stop(&self) {
        self.0.send(Command::Stop);
    }

    /// Moves the playhead to a time, in nanoseconds.
    #[wasm_bindgen(js_name = seekTime)]
    pub fn seek_time(&self, nanos: f64) {
        self.0.seek_nanos(nanos.max(0.0) as u64);
    }

    /// Moves the playhead to a step of the order.
    #[wasm_bindgen(js_name = seekOrder)]
    pub fn seek_order(&self, order: u32) {
        self.0.send(Command::SeekStep(order));
    }

    /// Returns how the run and the playback stand.
    #[wasm_bindgen(getter)]
    pub fn state(&self) -> String {
        self.0.tell.facts().phase.word().to_owned()
    }

    /// Returns what the clock reads at the playhead, in nanoseconds.
    #[wasm_bindgen(getter)]
    pub fn time(&self) -> f64 {
        self.0.tell.facts().now_nanos as f64
    }

    /// Returns whether the playhead stays where it is: nothing plays, and no answer is waited for.
    #[wasm_bindgen(getter)]
    pub fn resting(&self) -> bool {
        self.0.tell.facts().is_resting
    }

    /// Ends it: the run is dropped, and nothing listens any more.
    pub fn destroy(self) {
        if let Some(app) = self.0.app.take() {
            app.destroy();
        }
    }
}

impl Inner {
    fn send(&self, command: Command) {
        self.scope.send_message(Message::Command(command));
    }

    fn seek_nanos(&self, nanos: u64) {
        self.send(Command::SeekTime(format!("{nanos}ns")));
    }

    fn carry_out(&self, message: message::Message) {
        match message {
            // The frame answers that by itself, without this code.
            message::Message::Ping => {}
            message::Message::Load(attributes) => self.apply(&attributes),
            message::Message::SeekNanos(nanos) => self.seek_nanos(nanos),
            message::Message::SeekOrder(order) => self.send(Command::SeekStep(order)),
            message::Message::Play => self.send(Command::Run),
            message::Message::Pause => self.send(Command::Pause),
            message::Message::Select(lane) => {
                let moment = self.tell.facts().moment;
                let selection = lane.map(|lane| Selection { lane: LaneId(lane), moment });
                self.send(Command::Select(selection));
            }
            message::Message::Theme(theme) => self.show(theme),
        }
    }

    fn apply(&self, attributes: &[(String, String)]) {
        let options = Options::parse(attributes);
        let embedding = embedding(&options, self.base.clone(), self.tell.clone());
        let told = self.problems.replace(embedding.problems.clone());
        let new: Vec<_> = embedding.problems.iter().filter(|it| !told.contains(it)).cloned().collect();
        if let Some(app) = &mut *self.app.borrow_mut() {
            app.update(PageProps { embedding: Some(embedding) });
        }
        self.show(options.theme);
        // The last thing, because a listener may do anything.
        for problem in new {
            self.tell.tell(&Event::Error(problem));
        }
    }

    fn show(&self, theme: Theme) {
        self.chosen.set(theme);
        show_theme(&self.host, theme);
        self.scope.send_message(Message::Colours);
    }
}

fn embedding(options: &Options, base: String, tell: Tell) -> Embedding {
    Embedding {
        link: options.link.clone(),
        controls: options.controls,
        problems: options.problems.iter().map(ToString::to_string).collect(),
        base,
        tell,
    }
}

fn attributes(host: &Element) -> Vec<(String, String)> {
    let names = host.get_attribute_names();
    let names = names.iter().filter_map(|name| name.as_string());
    names.filter_map(|name| host.get_attribute(&name).map(|value| (name, value))).collect()
}

fn show_theme(host: &Element, chosen: Theme) {
    let theme = effective(chosen).name();
    if host.get_attribute(SHOWN_THEME).as_deref() != Some(theme) {
        // An attribute of this name is always allowed.
        drop(host.set_attribute(SHOWN_THEME, theme));
    }
}

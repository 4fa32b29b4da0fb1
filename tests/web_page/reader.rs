//! A reader of the page: finds things by their test id, acts, and waits for facts instead of for time.

use gloo_timers::future::TimeoutFuture;
use wakeline::app::{self, page::Page};
use wasm_bindgen::JsCast;
use web_sys::{
    Document, Element, Event, EventInit, HtmlElement, HtmlInputElement, KeyboardEvent, KeyboardEventInit,
};
use yew::AppHandle;

/// How often a fact is looked for, 20 ms apart, before it is given up.
const LOOKS: u32 = 1_000;

/// The page, opened for one test; it goes away with this.
pub struct Reader {
    app: Option<AppHandle<Page>>,
    host: Element,
}

pub fn document() -> Document {
    web_sys::window().and_then(|window| window.document()).expect("there is a document")
}

pub fn address() -> String {
    web_sys::window().and_then(|window| window.location().hash().ok()).unwrap_or_default()
}

impl Reader {
    /// Opens the page at a fragment.
    pub async fn open(fragment: &str) -> Self {
        let window = web_sys::window().expect("there is a window");
        window.location().set_hash(fragment).expect("the fragment can be set");
        // The event of this change must not reach the page as a change of its own.
        TimeoutFuture::new(20).await;
        let host = document().create_element("div").expect("a document makes elements");
        host.set_attribute("style", "width: 1200px").expect("an element takes a style");
        document().body().expect("there is a body").append_child(&host).expect("a body takes elements");
        let app = app::mount(host.clone());
        let reader = Self { app: Some(app), host };
        reader.until("the page is mounted", |reader| !reader.state().is_empty()).await;
        // There is no file for a worker beside a test: some browsers take their time to say so.
        for _ in 0..3 {
            if reader.state() == "starting" {
                reader.look("starting").await;
            }
        }
        assert_ne!(reader.state(), "starting", "the engine has never come");
        reader
    }

    pub fn has(&self, id: &str) -> bool {
        self.host.query_selector(&format!("[data-testid='{id}']")).ok().flatten().is_some()
    }

    pub fn find(&self, id: &str) -> HtmlElement {
        let found = self.host.query_selector(&format!("[data-testid='{id}']")).ok().flatten();
        found.unwrap_or_else(|| panic!("the page has no `{id}`")).unchecked_into()
    }

    /// Returns all the text in an element.
    pub fn text(&self, id: &str) -> String {
        self.find(id).text_content().unwrap_or_default()
    }

    /// Returns the table's row of a lane, as text.
    pub fn row(&self, lane: &str) -> Option<String> {
        let rows = self.find("twin").query_selector_all("[role=row], tr").expect("the selector is right");
        let rows = (0..rows.length()).filter_map(|at| rows.item(at)?.text_content());
        rows.into_iter().find(|row| row.trim_start().starts_with(lane))
    }

    pub fn state(&self) -> String {
        self.fact("data-state")
    }

    pub fn nanos(&self) -> u64 {
        self.fact("data-time-nanos").parse().expect("the time is a number")
    }

    fn fact(&self, name: &str) -> String {
        let root = self.host.query_selector(&format!("[{name}]")).ok().flatten();
        root.and_then(|root| root.get_attribute(name)).unwrap_or_default()
    }

    pub async fn click(&self, id: &str) {
        self.find(id).click();
        self.settle().await;
    }

    /// Writes into a field and leaves it.
    pub async fn write(&self, id: &str, text: &str) {
        let input: HtmlInputElement = self.find(id).unchecked_into();
        input.set_value(text);
        self.dispatch(&input, "change").await;
    }

    /// Drags a slider to a part of its range.
    pub async fn slide(&self, id: &str, part: f64) {
        let input: HtmlInputElement = self.find(id).unchecked_into();
        let most: f64 = input.max().parse().expect("a slider has a right end");
        input.set_value_as_number(most * part);
        self.dispatch(&input, "input").await;
    }

    async fn dispatch(&self, target: &Element, kind: &str) {
        let init = EventInit::new();
        init.set_bubbles(true);
        let event = Event::new_with_event_init_dict(kind, &init).expect("an event can be made");
        target.dispatch_event(&event).expect("an element takes events");
        self.settle().await;
    }

    /// Presses a key while the timeline has the focus.
    pub async fn press(&self, key: &str, shift: bool) {
        let init = KeyboardEventInit::new();
        init.set_bubbles(true);
        init.set_cancelable(true);
        init.set_key(key);
        init.set_shift_key(shift);
        let event =
            KeyboardEvent::new_with_keyboard_event_init_dict("keydown", &init).expect("an event can be made");
        self.find("timeline").dispatch_event(&event).expect("an element takes events");
        self.settle().await;
    }

    /// Lets yew render, and what is told a little later be told.
    pub async fn settle(&self) {
        TimeoutFuture::new(60).await;
    }

    /// Waits while the page is in a state, and not for ever.
    async fn look(&self, state: &str) {
        for _ in 0..LOOKS {
            if self.state() != state {
                return;
            }
            TimeoutFuture::new(20).await;
        }
    }

    pub async fn until(&self, what: &str, fact: impl Fn(&Self) -> bool) {
        for _ in 0..LOOKS {
            if fact(self) {
                return;
            }
            TimeoutFuture::new(20).await;
        }
        panic!("waited in vain until {what}; the page's state is `{}`", self.state());
    }

    pub async fn until_state(&self, state: &str) {
        self.until(&format!("the state is `{state}`"), |reader| reader.state() == state).await;
    }

    pub async fn until_text(&self, id: &str, piece: &str) {
        self.until(&format!("`{id}` says `{piece}`"), |reader| reader.text(id).contains(piece)).await;
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        if let Some(app) = self.app.take() {
            app.destroy();
        }
        self.host.remove();
    }
}

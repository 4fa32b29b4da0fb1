//! A reader: a real browser, driven through WebDriver.

use std::time::Duration;

use fantoccini::actions::{InputSource, KeyAction, KeyActions};
use fantoccini::elements::Element;
use fantoccini::{Client, Locator};
use serde_json::{Value, json};

use super::driver::{Browser, Driver};
use super::server::framed;

/// How long a reader would wait before giving up.
const PATIENCE: Duration = Duration::from_secs(30);

/// Whether a screen of this width is a telephone's: no browser has a window so narrow.
pub fn is_telephone(width: u32) -> bool {
    width < 500
}

pub struct Reader {
    pub client: Client,
    /// The size of the frame that stands in for the screen of a telephone.
    frame: Option<(u32, u32)>,
    driver: Driver,
}

impl Reader {
    pub async fn open(url: &str, width: u32, height: u32) -> Self {
        let browser = Browser::chosen();
        let frame = (is_telephone(width) && !browser.emulates_telephones()).then_some((width, height));
        let (driver, client) = Driver::start(browser, width, height).await;
        let reader = Self { client, frame, driver };
        reader.goto(url).await;
        reader
    }

    pub async fn goto(&self, url: &str) {
        let Some((width, height)) = self.frame else {
            return self.client.goto(url).await.expect("the page is served");
        };
        self.client.goto(&framed(url, width, height)).await.expect("the frame is served");
        self.client.enter_frame(0).await.expect("the page has a frame");
    }

    /// Finds an element by its test id.
    pub async fn find(&self, id: &str) -> Element {
        let selector = format!("[data-testid=\"{id}\"]");
        let found = self.client.wait().at_most(PATIENCE).for_element(Locator::Css(&selector)).await;
        found.unwrap_or_else(|error| panic!("the page has no `{id}`: {error}"))
    }

    pub async fn click(&self, id: &str) {
        let clicked = self.find(id).await.click().await;
        clicked.unwrap_or_else(|error| panic!("`{id}` cannot be clicked: {error}"));
    }

    /// Returns all the text in an element, hidden or not.
    pub async fn text(&self, id: &str) -> String {
        let text = self.find(id).await.prop("textContent").await.expect("an element has text");
        text.unwrap_or_default()
    }

    pub async fn js(&self, script: &str) -> Value {
        // Firefox runs it in a global object of its own, where nothing that it puts down would be found again.
        let script = format!("const globalThis = window; {script}");
        self.client.execute(&script, Vec::new()).await.expect("the script runs")
    }

    /// Presses a key, wherever the focus is: it may be within an element's shadow.
    pub async fn press(&self, key: impl Into<char>) {
        let value = key.into();
        let keys = KeyActions::new("keyboard".to_owned())
            .then(KeyAction::Down { value })
            .then(KeyAction::Up { value });
        self.client.perform_actions(keys).await.expect("a key can be pressed");
    }

    /// Returns what the page says its state is.
    pub async fn state(&self) -> String {
        let state = self.js("return document.querySelector('[data-state]')?.dataset.state ?? 'none'").await;
        state.as_str().unwrap_or_default().to_owned()
    }

    pub async fn nanos(&self) -> u64 {
        let nanos =
            self.js("return document.querySelector('[data-time-nanos]')?.dataset.timeNanos ?? '0'").await;
        nanos.as_str().and_then(|text| text.parse().ok()).unwrap_or_default()
    }

    /// Waits until the page's state is one of these.
    pub async fn wait_for(&self, states: &[&str]) -> String {
        self.wait_until(&format!("the state is one of {states:?}"), async || {
            Some(self.state().await).filter(|state| states.contains(&state.as_str()))
        })
        .await
    }

    /// Waits until an element's text contains a piece; case does not matter, and code is set without
    /// backticks.
    pub async fn wait_for_text(&self, id: &str, piece: &str) -> String {
        let plain = piece.replace('`', "").to_lowercase();
        self.wait_until(&format!("`{id}` says `{piece}`"), async || {
            Some(self.text(id).await).filter(|text| text.to_lowercase().contains(&plain))
        })
        .await
    }

    /// Waits until the page is about a pattern: another fragment is not another page.
    pub async fn wait_for_title(&self, title: &str) {
        self.wait_until(&format!("the page is about `{title}`"), async || {
            let shown = self.js("return document.querySelector('h1')?.textContent ?? ''").await;
            (shown.as_str() == Some(title)).then_some(())
        })
        .await;
    }

    pub async fn wait_until<T>(&self, what: &str, mut condition: impl AsyncFnMut() -> Option<T>) -> T {
        for _ in 0..PATIENCE.as_millis() / 50 {
            if let Some(value) = condition().await {
                return value;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        let state = self.state().await;
        panic!("waited in vain until {what}; the page's state is `{state}`");
    }

    /// Fails if the page has thrown anything at the console.
    pub async fn assert_no_errors(&self) {
        let errors = self.js("return globalThis.__errors ?? []").await;
        assert_eq!(errors, json!([]), "the page threw errors");
    }

    /// Collects what the page throws from here on.
    pub async fn watch_errors(&self) {
        self.js("globalThis.__errors = [];
             addEventListener('error', event => __errors.push(String(event.message)));
             addEventListener('unhandledrejection', event => __errors.push(String(event.reason)));
             const error = console.error;
             console.error = (...args) => { __errors.push(args.map(String).join(' ')); error(...args); };")
            .await;
    }

    pub async fn close(self) {
        drop(self.driver);
    }
}

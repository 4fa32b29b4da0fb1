//! The browsers that the page is opened in: how each is started, and what it wants to be told.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use fantoccini::{Client, ClientBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Browser {
    Chromium,
    Firefox,
    /// WebKit's own small browser: the engine of Safari, on Linux.
    WebKit,
}

impl Browser {
    /// The one that `WAKELINE_BROWSER` names; `cargo xtask test e2e` names one after the other.
    pub fn chosen() -> Self {
        match std::env::var("WAKELINE_BROWSER").as_deref() {
            Err(_) | Ok("chromium") => Self::Chromium,
            Ok("firefox") => Self::Firefox,
            Ok("webkit") => Self::WebKit,
            Ok(other) => {
                panic!("`WAKELINE_BROWSER` is `{other}`; there are `chromium`, `firefox` and `webkit`")
            }
        }
    }

    /// The usual name of its WebDriver server.
    fn driver(self) -> &'static str {
        match self {
            Self::Chromium => "chromedriver",
            Self::Firefox => "geckodriver",
            Self::WebKit => "WebKitWebDriver",
        }
    }

    /// Whether it can be a telephone; a window as narrow as that, none of them opens.
    pub fn emulates_telephones(self) -> bool {
        self == Self::Chromium
    }

    fn capabilities(self, profile: &Path, width: u32, height: u32) -> Value {
        match self {
            Self::Chromium => {
                let mut options = json!({ "args": [
                    "--headless=new",
                    "--no-sandbox",
                    "--disable-gpu",
                    "--disable-dev-shm-usage",
                    "--disable-background-networking",
                    "--disable-component-update",
                    "--disable-sync",
                    "--no-first-run",
                    format!("--window-size={width},{height}"),
                    format!("--user-data-dir={}", profile.display()),
                ] });
                if super::browser::is_telephone(width) {
                    let metrics =
                        json!({ "width": width, "height": height, "pixelRatio": 2.0, "touch": true });
                    options["mobileEmulation"] = json!({ "deviceMetrics": metrics });
                }
                json!({ "goog:chromeOptions": options, "goog:loggingPrefs": { "browser": "ALL" } })
            }
            // Its profile is a fresh one of geckodriver's making.
            Self::Firefox => json!({ "moz:firefoxOptions": { "args": ["-headless"] } }),
            // With `--automation` it keeps nothing on the disk.
            Self::WebKit => json!({}),
        }
    }
}

/// A WebDriver server, and the browser that it has started.
pub struct Driver {
    port: u16,
    server: Child,
    session: Option<String>,
    _profile: tempfile::TempDir,
}

impl Driver {
    /// Starts a browser with a window of this size.
    pub async fn start(browser: Browser, width: u32, height: u32) -> (Self, Client) {
        let port = free_port();
        let program = std::env::var("WAKELINE_WEBDRIVER").unwrap_or_else(|_| browser.driver().to_owned());
        let mut command = Command::new(&program);
        // What the drivers and their browsers have to say of themselves is not about the page.
        command.arg(format!("--port={port}")).stdout(Stdio::null()).stderr(Stdio::null());
        let server = command
            .spawn()
            .unwrap_or_else(|error| panic!("`{program}` does not start: {error}; run `cargo xtask setup`"));
        let profile = tempfile::tempdir().expect("there is room for a profile");
        let capabilities = browser.capabilities(profile.path(), width, height);
        let mut driver = Self { port, server, session: None, _profile: profile };
        let client = driver.connect(&program, capabilities).await;
        driver.session = client.session_id().await.expect("a session has an id");
        if browser != Browser::Chromium {
            // Room for what the window has around the page.
            client.set_window_size(width.max(600), height + 150).await.expect("a window can be resized");
        }
        (driver, client)
    }

    async fn connect(&mut self, program: &str, capabilities: Value) -> Client {
        let Value::Object(capabilities) = capabilities else { unreachable!("an object was written down") };
        let mut builder = ClientBuilder::new(HttpConnector::new());
        builder.capabilities(capabilities);
        let address = format!("http://127.0.0.1:{}", self.port);
        let mut tries = 0;
        loop {
            match builder.connect(&address).await {
                Ok(client) => return client,
                // The driver takes a moment until it listens.
                Err(error) if tries == 100 => panic!("`{program}` gives no session: {error}"),
                Err(_) => tokio::time::sleep(Duration::from_millis(100)).await,
            }
            tries += 1;
        }
    }

    /// Has the driver end its browser, which would outlive it.
    fn end_session(&self, session: &str) -> std::io::Result<()> {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port))?;
        stream.set_read_timeout(Some(Duration::from_secs(10)))?;
        let host = format!("127.0.0.1:{}", self.port);
        write!(stream, "DELETE /session/{session} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\r\n")?;
        // It answers when the browser has ended.
        stream.read(&mut [0; 1024]).map(drop)
    }
}

/// However a test ends, its browser ends with it.
impl Drop for Driver {
    fn drop(&mut self) {
        if let Some(session) = &self.session {
            let _ = self.end_session(session);
        }
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("loopback has a free port");
    listener.local_addr().expect("a bound listener has an address").port()
}

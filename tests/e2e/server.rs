//! Serves the built page from a sub-folder, as any static host would, and a few ill-behaved addresses.
//!
//! A thread and a closed connection for each request: a browser opens connections ahead of its needs,
//! and a pool of threads that waits on them serves nobody.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Component, Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

/// The folder that the page is served from: it must not matter.
pub const FOLDER: &str = "/docs/live/wakeline/";
/// The same folder, for pages of any origin.
pub const OPEN_FOLDER: &str = "/open/wakeline/";

/// The same folder, on a host whose policy names itself: to WebKit `'self'` is nobody where a sandbox has no origin.
pub const NAMED_FOLDER: &str = "/named/wakeline/";
/// The same folder, on a host that allows no workers.
pub const NO_WORKERS_FOLDER: &str = "/no-workers/wakeline/";

/// The same folder, on a host without a policy: books of mdBook have scripts within their pages.
pub const BOOK_FOLDER: &str = "/book/";

/// What a host allows that takes care: files of its own, WebAssembly, and nothing within the page.
const POLICY: &str = "script-src 'self' 'wasm-unsafe-eval'; style-src 'self'";

/// A server on loopback that lives as long as the test's process.
pub struct Site {
    pub origin: String,
    shared: Arc<Shared>,
}

struct Shared {
    dist: PathBuf,
    /// Pages of hosts that Wakeline is embedded in, and what is served in place of the files of the page; without
    /// a text it is not there.
    pages: Mutex<HashMap<String, Option<String>>>,
    /// What was asked for, in order.
    asked: Mutex<Vec<String>>,
}

impl Site {
    pub fn start(dist: PathBuf) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("loopback has a free port");
        let address = listener.local_addr().expect("a bound listener has an address");
        let shared = Arc::new(Shared { dist, pages: Mutex::default(), asked: Mutex::default() });
        let serving = Arc::clone(&shared);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let shared = Arc::clone(&serving);
                // A reader may leave in the middle of an answer: that is no error of the server's.
                thread::spawn(move || answer(stream, &shared).ok());
            }
        });
        Self { origin: format!("http://{address}"), shared }
    }

    pub fn page(&self, fragment: &str) -> String {
        format!("{}{FOLDER}{fragment}", self.origin)
    }

    /// Serves a page or a script of a host, and returns its address.
    pub fn serve(&self, path: &str, body: impl Into<String>) -> String {
        self.shared.pages.lock().expect("no holder panics").insert(path.to_owned(), Some(body.into()));
        format!("{}{path}", self.origin)
    }

    /// From now on has no file at this address.
    pub fn lose(&self, path: &str) {
        self.shared.pages.lock().expect("no holder panics").insert(path.to_owned(), None);
    }

    /// Serves the file of the page again at an address that had something else, or nothing.
    pub fn restore(&self, path: &str) {
        self.shared.pages.lock().expect("no holder panics").remove(path);
    }

    /// Serves the files of a folder, and of those in it, as they are now.
    pub fn serve_folder(&self, path: &str, folder: &Path) {
        for entry in std::fs::read_dir(folder).expect("the folder can be listed") {
            let entry = entry.expect("the folder can be listed").path();
            let name = entry.file_name().unwrap_or_default().to_string_lossy().into_owned();
            if entry.is_dir() {
                self.serve_folder(&format!("{path}{name}/"), &entry);
            } else if let Ok(text) = std::fs::read_to_string(&entry) {
                // Fonts are no text, and nothing here is about them.
                self.serve(&format!("{path}{name}"), text);
            }
        }
    }

    /// Returns how often a file of this name was asked for.
    pub fn asked(&self, name: &str) -> usize {
        let asked = self.shared.asked.lock().expect("no holder panics");
        asked.iter().filter(|path| path.ends_with(name)).count()
    }
}

/// The address of a page that shows `url`, one of this server's, in a frame of the size of a small screen.
pub fn framed(url: &str, width: u32, height: u32) -> String {
    let origin = url.find(FOLDER).map_or(url, |end| &url[..end]);
    let url: String = url::form_urlencoded::byte_serialize(url.as_bytes()).collect();
    format!("{origin}/frame?width={width}&height={height}&url={url}")
}

/// Its query says what is in the frame.
const FRAME: &str = r#"<!doctype html><body style="margin: 0"><script>
    const query = new URLSearchParams(location.search);
    const frame = document.body.appendChild(document.createElement("iframe"));
    frame.style = `border: 0; width: ${query.get("width")}px; height: ${query.get("height")}px`;
    frame.src = query.get("url");
</script>"#;

fn answer(mut stream: TcpStream, shared: &Shared) -> std::io::Result<()> {
    let mut lines = BufReader::new(stream.try_clone()?).lines();
    let request = lines.next().unwrap_or_else(|| Ok(String::new()))?;
    let mut host = String::new();
    for line in lines {
        let line = line?;
        if line.is_empty() {
            break;
        }
        if let Some((name, value)) = line.split_once(':')
            && name.eq_ignore_ascii_case("host")
        {
            host = value.trim().to_owned();
        }
    }
    let path = request.split(' ').nth(1).unwrap_or_default();
    let path = path.split(['?', '#']).next().unwrap_or_default();
    shared.asked.lock().expect("no holder panics").push(path.to_owned());
    let dist = &shared.dist;
    let page = shared.pages.lock().expect("no holder panics").get(path).cloned();
    let (status, kind, body) = match path {
        "/not-json" => ("200 OK", "text/html", b"<!doctype html>hello".to_vec()),
        "/frame" => ("200 OK", "text/html", FRAME.into()),
        "/slow" => {
            thread::sleep(Duration::from_secs(3));
            ("200 OK", "application/json", b"{}".to_vec())
        }
        "/old-browser/" => ("200 OK", "text/html; charset=utf-8", for_an_old_browser(dist)?),
        _ => {
            let folders = [FOLDER, NAMED_FOLDER, OPEN_FOLDER, NO_WORKERS_FOLDER, BOOK_FOLDER];
            let rest = folders.into_iter().find_map(|folder| path.strip_prefix(folder));
            let kind = kind(Path::new(path)).unwrap_or("text/html; charset=utf-8");
            let found = match page {
                Some(page) => page.map(|page| (page.into_bytes(), kind)),
                None => rest.and_then(|rest| file(dist, rest)),
            };
            match found {
                Some((body, kind)) => ("200 OK", kind, body),
                None => ("404 Not Found", "text/plain", b"not found".to_vec()),
            }
        }
    };
    let mut more = String::new();
    // Two pages are the tests' own, and have scripts within them.
    let is_free = ["/frame", "/old-browser/"].contains(&path) || path.starts_with(BOOK_FOLDER);
    if kind.starts_with("text/html") && !is_free {
        let workers = if path.starts_with(NO_WORKERS_FOLDER) { "; worker-src 'none'" } else { "" };
        let is_named = [NAMED_FOLDER, OPEN_FOLDER].iter().any(|folder| path.starts_with(folder));
        let own = if is_named { format!("http://{host}") } else { "'self'".to_owned() };
        more += &format!("content-security-policy: {}{workers}\r\n", POLICY.replace("'self'", &own));
    }
    if path.starts_with(OPEN_FOLDER) {
        more += "access-control-allow-origin: *\r\n";
    }
    let length = body.len();
    write!(
        stream,
        "HTTP/1.1 {status}\r\ncontent-type: {kind}\r\ncontent-length: {length}\r\n{more}connection: close\r\n\r\n"
    )?;
    stream.write_all(&body)?;
    stream.flush()
}

/// The page, in a browser that takes no exceptions in a module.
fn for_an_old_browser(dist: &Path) -> std::io::Result<Vec<u8>> {
    let page = std::fs::read_to_string(dist.join("index.html"))?;
    let older =
        format!(r#"<head><base href="{FOLDER}" /><script>WebAssembly.validate = () => false</script>"#);
    Ok(page.replacen("<head>", &older, 1).into_bytes())
}

fn file(dist: &Path, rest: &str) -> Option<(Vec<u8>, &'static str)> {
    let rest = if rest.is_empty() { "index.html" } else { rest };
    let path = Path::new(rest);
    if path.components().any(|part| !matches!(part, Component::Normal(_))) {
        return None;
    }
    let kind = kind(path)?;
    Some((std::fs::read(dist.join(path)).ok()?, kind))
}

fn kind(path: &Path) -> Option<&'static str> {
    Some(match path.extension()?.to_str()? {
        "html" => "text/html; charset=utf-8",
        "js" => "text/javascript",
        "wasm" => "application/wasm",
        "css" => "text/css",
        "json" => "application/json",
        "svg" => "image/svg+xml",
        _ => "application/octet-stream",
    })
}

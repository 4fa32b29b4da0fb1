//! Serves the built page from a sub-folder, as any static host would, and a few ill-behaved addresses.

use std::path::{Component, Path, PathBuf};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use tiny_http::{Header, Request, Response, Server};

/// The folder that the page is served from: it must not matter.
pub const FOLDER: &str = "/docs/live/wakeline/";

/// A server on loopback that lives as long as the test's process.
pub struct Site {
    pub origin: String,
}

impl Site {
    pub fn start(dist: PathBuf) -> Self {
        let server = Arc::new(Server::http("127.0.0.1:0").expect("loopback has a free port"));
        let address = server.server_addr().to_ip().expect("the server listens on an address");
        // Several threads, because one of the addresses is slow on purpose.
        for _ in 0..4 {
            let server = Arc::clone(&server);
            let dist = dist.clone();
            thread::spawn(move || {
                while let Ok(request) = server.recv() {
                    answer(request, &dist);
                }
            });
        }
        Self { origin: format!("http://{address}") }
    }

    pub fn page(&self, fragment: &str) -> String {
        format!("{}{FOLDER}{fragment}", self.origin)
    }
}

fn answer(request: Request, dist: &Path) {
    let path = request.url().split(['?', '#']).next().unwrap_or_default().to_owned();
    // A reader may leave in the middle of an answer.
    let _ = match path.as_str() {
        "/not-json" => request.respond(Response::from_string("<!doctype html>hello")),
        "/slow" => {
            thread::sleep(Duration::from_secs(3));
            request.respond(Response::from_string("{}").with_header(header("content-type", "application/json")))
        }
        _ => match path.strip_prefix(FOLDER).and_then(|rest| file(dist, rest)) {
            Some((body, kind)) => request.respond(Response::from_data(body).with_header(header("content-type", kind))),
            None => request.respond(Response::from_string("not found").with_status_code(404)),
        },
    };
}

fn header(name: &str, value: &str) -> Header {
    Header::from_bytes(name, value).expect("the header is plain ASCII")
}

fn file(dist: &Path, rest: &str) -> Option<(Vec<u8>, &'static str)> {
    let rest = if rest.is_empty() { "index.html" } else { rest };
    let path = Path::new(rest);
    if path.components().any(|part| !matches!(part, Component::Normal(_))) {
        return None;
    }
    let kind = match path.extension()?.to_str()? {
        "html" => "text/html; charset=utf-8",
        "js" => "text/javascript",
        "wasm" => "application/wasm",
        "css" => "text/css",
        "json" => "application/json",
        "svg" => "image/svg+xml",
        _ => "application/octet-stream",
    };
    Some((std::fs::read(dist.join(path)).ok()?, kind))
}

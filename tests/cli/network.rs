//! Real requests.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;
use std::time::Duration;

use super::server::{Server, respond};
use super::{Ended, run_json, wakeline};

const ENGINES: [&[&str]; 4] =
    [&[], &["--clock", "real"], &["--runtime", "tokio"], &["--runtime", "tokio", "--threads", "4"]];

fn fetch(url: &str, engine: &[&str]) -> Ended {
    let url = format!("url={url}");
    wakeline(&[&["run", "first-fetch", "--set", "network=real", "--set", &url], engine].concat())
}

#[test]
fn a_document_comes_over_the_wire() {
    let server = Server::answering("200 OK", r#"{"title": "From the wire"}"#);
    for engine in ENGINES {
        let url = format!("{}/some.json?x=1", server.origin);
        fetch(&url, engine).exits_with(0).says("outcome: the document's title is “From the wire”");
        assert_eq!(server.requests.recv().as_deref(), Ok("/some.json?x=1"));
    }
}

#[test]
fn virtual_time_waits_for_the_answer() {
    let server = Server::start(|_, stream| {
        thread::sleep(Duration::from_millis(150));
        respond(stream, "200 OK", b"{}");
    });
    for engine in [&[][..], &["--runtime", "tokio"]] {
        let url = format!("url={}", server.origin);
        let args = [&["first-fetch", "--set", "network=real", "--set", &url], engine].concat();
        assert_eq!(run_json(&args, 0)["recording"]["run"]["nanos"], 0, "{engine:?}");
    }
}

#[test]
fn an_answer_that_is_no_document_is_an_error() {
    let too_large = [b"\"".to_vec(), vec![b'x'; 1 << 20], b"\"".to_vec()].concat();
    let cases = [
        (Server::answering("404 Not Found", "{}"), "answered with status `404`"),
        (Server::answering("500 Internal Server Error", "{}"), "answered with status `500`"),
        (
            Server::answering("200 OK", "<!doctype html><p>hello"),
            "did not answer with JSON: it begins with `<!doctype",
        ),
        (Server::answering("200 OK", ""), "did not answer with JSON"),
        (Server::answering("200 OK", too_large), "answered with more than `1048576` bytes"),
        (Server::start(|_, _| {}), "no answer from"),
    ];
    for (server, message) in cases {
        for engine in ENGINES {
            let ended = fetch(&server.origin, engine).exits_with(1).says("failed: ").says(&server.origin);
            // Long messages are wrapped to the width of the terminal.
            let one_line = ended.out.split_whitespace().collect::<Vec<_>>().join(" ");
            assert!(one_line.contains(message), "{message}: {one_line}");
        }
    }
}

#[test]
fn a_connection_that_is_refused_is_an_error() {
    let origin = Server::deserted();
    for engine in ENGINES {
        fetch(&origin, engine).exits_with(1).says(&format!("no answer from `{origin}`")).says("refused");
    }
}

#[test]
fn an_address_that_cannot_be_fetched_is_an_error() {
    fetch("ftp://example.org/a.json", &[]).exits_with(1).says("use `http` or `https`, not `ftp`");
    fetch("http://[/", &[]).exits_with(1).says("cannot fetch `http://[/`");
}

#[test]
fn relative_addresses_start_from_the_base() {
    let server = Server::answering("200 OK", r#"{"title": "Served"}"#);
    let base = format!("{}/docs/", server.origin);
    wakeline(&["run", "first-fetch", "--set", "network=real", "--base", &base]).exits_with(0).says("Served");
    assert_eq!(server.requests.recv().as_deref(), Ok("/docs/data/1.json"));

    for engine in ENGINES {
        let args =
            [&["join-set", "--set", "network=real", "--set", "tasks=7", "--base", &base], engine].concat();
        assert_eq!(run_json(&args, 0)["outcome"]["facts"]["answered"], "7");
        let mut paths: Vec<_> = server.requests.iter().take(7).collect();
        paths.sort();
        assert!(paths.iter().all(|path| path.starts_with("/docs/data/")), "{paths:?}");
    }
}

#[test]
fn a_few_failures_among_real_requests_stop_nobody() {
    let server = Server::start(|path, stream| match path.contains("/3.json") {
        true => respond(stream, "503 Service Unavailable", b"busy"),
        false => respond(stream, "200 OK", b"{}"),
    });
    let args = ["join-set", "--set", "network=real", "--set", "tasks=5", "--base", &server.origin];
    let facts = &run_json(&args, 0)["outcome"]["facts"];
    assert_eq!((&facts["answered"], &facts["failed"]), (&"4".into(), &"1".into()));
}

#[test]
fn a_server_that_recovers_is_asked_again() {
    let asked = Arc::new(AtomicU32::new(0));
    let counter = Arc::clone(&asked);
    let server = Server::start(move |_, stream| match counter.fetch_add(1, Ordering::Relaxed) % 3 {
        2 => respond(stream, "200 OK", b"{}"),
        _ => respond(stream, "503 Service Unavailable", b"busy"),
    });
    for engine in ENGINES {
        let args = ["retry", "--set", "network=real", "--set", "first=20", "--base", &server.origin];
        assert_eq!(run_json(&[&args, engine].concat(), 0)["outcome"]["facts"]["attempts"], "3", "{engine:?}");
    }
    assert_eq!(asked.load(Ordering::Relaxed), 3 * ENGINES.len() as u32);
}

#[test]
fn a_missing_document_is_asked_for_once() {
    let server = Server::answering("404 Not Found", "{}");
    for engine in ENGINES {
        let args = ["run", "retry", "--set", "network=real", "--base", &server.origin];
        wakeline(&[&args, engine].concat()).exits_with(1).says("attempt `1` failed for good");
    }
    assert_eq!(server.requests.try_iter().count(), ENGINES.len());
}

#[test]
fn a_server_that_is_too_slow_is_not_waited_for() {
    let server = Server::start(|_, stream| {
        thread::sleep(Duration::from_secs(30));
        respond(stream, "200 OK", b"{}");
    });
    let url = format!("url={}", server.origin);
    // Not in virtual time, where the answer would be waited for however long it takes.
    for engine in [&["--clock", "real"][..], &["--runtime", "tokio", "--threads", "4"]] {
        let args = ["run", "timeout", "--set", "network=real", "--set", "limit=50", "--set", &url];
        wakeline(&[&args, engine].concat()).exits_with(1).says("no answer within `50` ms");
    }
}

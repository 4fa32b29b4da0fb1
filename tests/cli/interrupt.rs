//! Ctrl-C and SIGTERM.
#![cfg(unix)]

use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, mpsc};
use std::thread;
use std::time::Duration;

use super::server::{Server, respond};
use super::{Ended, program};

/// How long a run waits at least before it is stopped; in virtual time that is no time.
const WAITED: Duration = Duration::from_millis(50);

/// Begins a run that waits for an answer that never comes, and presses Ctrl-C once it does.
fn interrupted(engine: &[&str], format: &str) -> Ended {
    let server = Server::start(|_, _| {
        loop {
            thread::park();
        }
    });
    let url = format!("url={}", server.origin);
    let args = ["run", "first-fetch", "--set", "network=real", "--set", &url, "--format", format];
    let mut command = program(&[&args, engine].concat());
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the program starts");
    server.requests.recv().expect("the request comes");
    thread::sleep(WAITED);
    send("INT", &child);
    child.wait_with_output().expect("the program ends").into()
}

/// Sends the program a signal.
fn send(signal: &str, child: &Child) {
    let kill = Command::new("sh").args(["-c", &format!("kill -{signal} {}", child.id())]).status();
    assert!(kill.expect("a shell").success());
}

const ENGINES: [&[&str]; 5] = [
    &[],
    &["--clock", "real"],
    &["--runtime", "tokio"],
    &["--runtime", "tokio", "--clock", "real"],
    &["--threads", "4"],
];

#[test]
fn ctrl_c_stops_a_run_and_shows_what_there_is() {
    for engine in ENGINES {
        interrupted(engine, "text")
            .exits_with(130)
            .says("stopped by Ctrl-C")
            .says("`request` is idle: waits for I/O `GET http://")
            .says("asks for http://");
    }
}

#[test]
fn ctrl_c_leaves_whole_json() {
    for engine in ENGINES {
        let run = interrupted(engine, "json").exits_with(130).json();
        assert_eq!(run["recording"]["run"]["end"], "stopped");
        assert_eq!(run["error"], "stopped by Ctrl-C");
        let nanos = run["recording"]["run"]["nanos"].as_u64().map(Duration::from_nanos);
        let is_real = run["clock"] == "real";
        assert!(nanos.is_some_and(|nanos| (nanos >= WAITED) == is_real), "{engine:?}: {nanos:?}");
    }
}

/// A server that is drained, with requests that are really in flight, and the signals that it gets.
///
/// The first signal comes when two requests are under way. The site answers them when it is told to.
fn drained(engine: &[&str], signals: &[&str]) -> Ended {
    let (answer, answers) = mpsc::channel::<()>();
    let answers = Arc::new(Mutex::new(answers));
    let site = Server::start(move |_, stream| {
        // Once the sender is gone every request is answered at once.
        let _ = answers.lock().expect("no other request panics").recv();
        respond(stream, "200 OK", b"{}");
    });
    let args = ["run", "drain", "--format", "json", "--base", &site.origin];
    let sets = ["--set", "network=real", "--set", "asks=you", "--set", "deadline=20000"];
    let mut command = program(&[&args, &sets, engine].concat());
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the program starts");
    for _ in 0..2 {
        site.requests.recv_timeout(Duration::from_secs(60)).expect("the request comes");
    }
    thread::sleep(WAITED);
    let (last, first) = signals.split_last().expect("there is a signal");
    for signal in first {
        send(signal, &child);
        thread::sleep(WAITED);
    }
    send(last, &child);
    if first.is_empty() {
        thread::sleep(WAITED);
        drop(answer);
    }
    child.wait_with_output().expect("the program ends").into()
}

#[test]
fn a_server_that_is_asked_to_stop_drains_first() {
    for engine in ENGINES {
        for signal in ["INT", "TERM"] {
            let run = drained(engine, &[signal]).exits_with(0).json();
            let facts = &run["outcome"]["facts"];
            assert_eq!(facts["accepted"], facts["served"], "{engine:?} {signal}: {facts}");
            assert_eq!(run["recording"]["run"]["end"], "finished");
            let log = run["recording"]["log"].to_string();
            assert!(log.contains("is asked to stop, by a signal"), "{engine:?} {signal}: {log}");
        }
    }
}

#[test]
fn who_asks_twice_is_not_kept_waiting() {
    for engine in ENGINES {
        drained(engine, &["INT", "INT"]).exits_with(130).complains("stopped by Ctrl-C");
        drained(engine, &["INT", "TERM"]).exits_with(143).complains("stopped by SIGTERM");
    }
}

#[test]
fn a_run_that_waits_for_the_signal_alone_waits_for_it() {
    for engine in ENGINES {
        let args = ["run", "cancel-token", "--set", "workers=0", "--set", "asks=you"];
        let mut command = program(&[&args, engine].concat());
        let mut child =
            command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the program starts");
        thread::sleep(Duration::from_millis(400));
        let has_ended = child.try_wait().expect("a child can be asked");
        assert!(has_ended.is_none(), "{engine:?} does not wait: {has_ended:?}");
        send("TERM", &child);
        let ended: Ended = child.wait_with_output().expect("the program ends").into();
        ended.exits_with(0).says("is asked to stop, by a signal");
    }
}

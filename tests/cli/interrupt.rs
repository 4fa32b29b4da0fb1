//! Ctrl-C.
#![cfg(unix)]

use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;

use super::server::Server;
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
    let kill = Command::new("sh").args(["-c", &format!("kill -INT {}", child.id())]).status();
    assert!(kill.expect("a shell").success());
    child.wait_with_output().expect("the program ends").into()
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

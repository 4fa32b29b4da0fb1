//! Tasks that use what is not `Send`.

use wakeline::trace::{Event, Level};

use super::seen::{everywhere, pitfall, run};

#[test]
fn each_fix_runs_everywhere() {
    everywhere("send-bounds", &[("latency", "2")], |seen| {
        assert_eq!((seen.fact("tasks"), seen.fact("words"), seen.fact("agree")), ("3", "11", "true"));
    });
    for fix in ["dropped before", "Send type", "pinned"] {
        let seen = run("send-bounds", &[("fix", fix), ("text", "three short words")]);
        assert_eq!((seen.fact("tasks"), seen.fact("words")), ("1", "3"));
        assert!(seen.lanes().contains_key(fix));
    }
}

#[test]
fn the_refused_one_shows_what_the_compiler_says() {
    let seen = pitfall("send-bounds", &[]);
    assert_eq!(seen.error(), "the compiler refuses it: error: future cannot be sent between threads safely");
    let lines: Vec<_> = seen.log(Level::Info).iter().map(|line| line.1).collect();
    let message = include_str!("../../src/patterns/practice/send_bounds_refused.stderr");
    assert_eq!(lines, message.lines().collect::<Vec<_>>());
    // The lines point into the file that was compiled.
    let places = seen.count(|event| matches!(event, Event::Log { location, .. } if location.0 > 0));
    assert!(places + 1 >= lines.len());
}

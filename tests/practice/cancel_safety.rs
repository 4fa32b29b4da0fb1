//! Messages that are read in a loop around `select!`.

use std::collections::BTreeMap;

use wakeline::trace::{End, Event, LaneId, Level};

use super::seen::{everywhere, pitfall, pitfall_everywhere, run};

const WAYS: [&str; 2] = ["pinned outside", "cancel-safe receive"];

#[test]
fn every_message_arrives_however_flushes_fall() {
    for way in WAYS {
        everywhere("cancel-safety", &[("way", way)], |seen| assert_eq!(seen.fact("arrived"), "6", "{way}"));
        for period in 1..=30 {
            let period = period.to_string();
            let seen = run("cancel-safety", &[("way", way), ("period", &period), ("messages", "40")]);
            assert_eq!(seen.fact("arrived"), "40", "{way} {period}");
            assert_eq!(seen.log(Level::Error), []);
        }
        assert_eq!(run("cancel-safety", &[("way", way), ("messages", "0")]).fact("arrived"), "0");
    }
}

#[test]
fn a_reading_that_is_pinned_outside_is_never_dropped_half_way() {
    let seen = run("cancel-safety", &[]);
    // The one that waits for a message that never comes hears that the channel is closed.
    assert_eq!(seen.count(|event| matches!(event, Event::Ended { end: End::Dropped, .. })), 0);
}

#[test]
fn a_message_is_lost_in_a_branch_and_says_so_when_it_is_dropped() {
    let seen = pitfall("cancel-safety", &[]);
    assert_eq!(seen.error(), "`2` of `6` messages are lost: number `3`, `5`");
    let lines = seen.log(Level::Error);
    assert_eq!(
        lines.iter().map(|line| line.1).collect::<Vec<_>>(),
        [3, 5].map(|number| format!("message {number} is lost: it was taken from the channel and dropped"))
    );
    // It is the child that says so, as its last word, at the instant of the tick.
    let (mut now, mut ends) = (0, BTreeMap::new());
    for event in &seen.events {
        match *event {
            Event::Clock { nanos } => now = nanos,
            Event::Ended { lane, end, .. } => drop(ends.insert(lane, (end, now))),
            _ => {}
        }
    }
    let ends: Vec<_> = lines.iter().map(|line| ends[&LaneId(line.0)]).collect();
    assert_eq!(ends, [(End::Dropped, 34_000_000), (End::Dropped, 51_000_000)]);
}

#[test]
fn the_loss_is_seen_on_tokio_too() {
    pitfall_everywhere("cancel-safety", &[("messages", "10")], |seen| {
        assert!(seen.error().contains("of `10` messages are lost"), "{}", seen.error());
        let told = seen.log(Level::Error).len();
        assert!(seen.error().starts_with(&format!("`{told}` ")), "{}", seen.error());
    });
}

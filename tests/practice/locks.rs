//! Transfers between two locked accounts.

use wakeline::patterns::Twin;
use wakeline::trace::{Event, Level, RunEnd};

use super::seen::{FLAVORS, everywhere, on_tokio, pitfall, run};

#[test]
fn transfers_keep_the_sum_whichever_way() {
    for way in ["narrow scope", "owner task"] {
        everywhere("lock-across-await", &[("way", way), ("latency", "3")], |seen| {
            assert_eq!(
                (seen.fact("done"), seen.fact("refused"), seen.fact("sum")),
                ("4", "0", "200"),
                "{way}"
            );
        });
        everywhere("lock-across-await", &[("way", way), ("amount", "101"), ("latency", "1")], |seen| {
            assert_eq!(
                (seen.fact("done"), seen.fact("refused"), seen.fact("sum")),
                ("0", "4", "200"),
                "{way}"
            );
        });
    }
}

#[test]
fn what_is_not_approved_is_not_transferred() {
    let seen = run("lock-across-await", &[("failures", "50"), ("transfers", "10")]);
    assert!(seen.number("done") > 0 && seen.number("refused") > 0);
    assert_eq!((seen.number("done") + seen.number("refused"), seen.fact("sum")), (20, "200"));
}

#[test]
fn locks_held_across_an_await_in_opposite_orders_are_held_for_ever() {
    assert_eq!(pitfall("lock-across-await", &[]).end, RunEnd::Stalled);
    for flavor in FLAVORS {
        let seen = on_tokio(flavor, "lock-across-await", Twin::Pitfall, &[]);
        assert_eq!(seen.end, RunEnd::Stalled, "{flavor:?}");
    }
    // A service that answers at once hides it.
    assert_eq!(pitfall("lock-across-await", &[("latency", "0")]).fact("sum"), "200");
}

#[test]
fn a_deadlock_has_no_failed_task_and_no_line_in_the_log() {
    let seen = pitfall("lock-across-await", &[]);
    assert_eq!(seen.log(Level::Info), []);
    assert_eq!(
        seen.count(|event| matches!(event, Event::Ended { end: wakeline::trace::End::Failed, .. })),
        0
    );
}

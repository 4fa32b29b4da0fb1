//! Trying schedules from a terminal.

use super::{pitfalls, wakeline};

#[test]
fn no_schedule_breaks_a_corrected_twin() {
    for id in pitfalls() {
        wakeline(&["explore", &id, "--schedules", "300"])
            .exits_with(0)
            .says("300 schedules tried, none goes wrong");
    }
}

#[test]
fn every_pitfall_has_a_schedule_that_shows_it_and_the_command_runs_it_again() {
    for id in pitfalls() {
        let found = wakeline(&["explore", &id, "--twin", "pitfall", "--schedules", "300"]).exits_with(1);
        let again =
            found.out.lines().find_map(|line| line.strip_prefix("run it: wakeline ")).expect("a command");
        let args: Vec<_> = again.split(' ').collect();
        wakeline(&args).exits_with(1).says("found");
    }
}

#[test]
fn a_pattern_that_fails_under_every_schedule_says_how() {
    wakeline(&["explore", "race", "--set", "fails=both", "--schedules", "10"])
        .exits_with(1)
        .says("race: 10 of 10 schedules go wrong")
        .says("first: first in, first out: both requests failed")
        .says("run it: wakeline run race --set 'fails=both'");
}

#[test]
fn what_cannot_be_explored_is_refused() {
    wakeline(&["explore", "rac"]).exits_with(2).complains("a similar one is `race`");
    wakeline(&["explore", "race", "--twin", "pitfall"]).exits_with(2).complains("no pitfall");
    wakeline(&["explore", "first-fetch", "--set", "network=real"]).exits_with(2).complains("network=real");
    wakeline(&["explore", "race", "--schedules", "0"]).exits_with(2).complains("--schedules");
}

use std::rc::Rc;

use super::*;
use crate::app::engine::Surroundings;
use crate::app::link::Link;
use crate::runtime::{Clock, Schedule};
use crate::trace::LaneId;

fn state() -> State {
    State::new(host(|| 0.0))
}

fn host(wall: fn() -> f64) -> Host {
    let drive = |_, _| Box::new(()) as Box<dyn std::any::Any>;
    Host::alone(String::new(), Surroundings { wall: Rc::new(wall), drive, memory: || 0 })
}

pub(super) fn at(fragment: &str) -> State {
    let mut state = state();
    state.open_link(&Link::parse(fragment));
    state
}

/// Plays until the playhead stands, at sixty frames a second; returns the seconds that it took.
pub(super) fn watch(state: &mut State) -> f64 {
    let mut frames = 0;
    while state.is_moving() {
        state.frame(1.0 / 60.0);
        frames += 1;
        assert!(frames < 100_000, "it never stands: {state:?}");
    }
    f64::from(frames) / 60.0
}

#[test]
fn it_opens_paused_and_nothing_was_polled() {
    let mut state = at("race");
    assert_eq!(state.phase(), Phase::Ready);
    state.frame(10.0);
    assert_eq!(state.client.status().polls, 0);
    assert!(!state.is_moving());
}

#[test]
fn every_pattern_lasts_about_five_seconds_and_ends() {
    for pattern in patterns::CATALOGUE {
        let mut state = at(pattern.id);
        state.apply(Command::Run);
        assert_eq!(state.phase(), Phase::Running);
        let seconds = watch(&mut state);
        assert!((3.0..=8.0).contains(&seconds), "{} lasts {seconds} s", pattern.id);
        assert_eq!(state.phase(), Phase::Ended, "{}", pattern.id);
        assert!(matches!(state.output(), Some(Ok(_))), "{}", pattern.id);
    }
}

#[test]
fn a_pause_is_a_pause_of_the_executor() {
    let mut state = at("race");
    state.apply(Command::Run);
    for _ in 0..90 {
        state.frame(1.0 / 60.0);
    }
    state.apply(Command::Pause);
    let polls = state.client.status().polls;
    assert!(polls > 0);
    for _ in 0..90 {
        state.frame(1.0 / 60.0);
    }
    assert_eq!(state.client.status().polls, polls);
    assert_eq!(state.phase(), Phase::Paused);
}

#[test]
fn a_step_is_one_poll_and_a_step_back_undoes_it() {
    let mut state = at("join-set");
    let mut places = vec![state.look.playhead];
    for polls in 1..=3 {
        state.apply(Command::StepForward);
        assert_eq!(state.client.status().polls, polls);
        places.push(state.look.playhead);
    }
    for place in places.iter().rev().skip(1) {
        state.apply(Command::StepBack);
        assert_eq!(state.look.playhead, *place);
    }
    // Behind the frontier a step goes over what is recorded.
    state.apply(Command::StepForward);
    assert_eq!((state.look.playhead, state.client.status().polls), (places[1], 3));
}

#[test]
fn stepping_reaches_the_end() {
    let mut state = at("race");
    for _ in 0..100 {
        state.apply(Command::StepForward);
    }
    assert_eq!(state.phase(), Phase::Ended);
    for _ in 0..400 {
        state.apply(Command::PreviousEvent);
    }
    assert_eq!(state.look.moment.order, 0);
    for _ in 0..400 {
        state.apply(Command::NextEvent);
    }
    assert_eq!(state.phase(), Phase::Ended);
}

#[test]
fn playing_on_from_the_end_starts_over_without_another_run() {
    let mut state = at("race");
    state.apply(Command::Last);
    let (polls, run) = (state.client.status().polls, state.look.run);
    state.apply(Command::Run);
    state.frame(0.1);
    assert!(state.look.playhead < state.look.frontier / 2.0);
    watch(&mut state);
    assert_eq!((state.client.status().polls, state.look.run), (polls, run));
}

#[test]
fn another_pattern_drops_the_run() {
    let mut state = at("race");
    state.apply(Command::Run);
    state.frame(0.1);
    state.apply(Command::Open { id: "bounded" });
    assert_eq!((state.phase(), state.client.status().polls), (Phase::Ready, 0));
    assert_eq!(state.view.model().rows().len(), 1);
}

#[test]
fn a_parameter_changes_the_run_where_it_stands() {
    let mut state = at("race");
    state.apply(Command::Last);
    let before = state.look.now_nanos;
    state.apply(Command::SetParam { name: "fast", text: "60".to_owned() });
    assert_eq!(state.phase(), Phase::Ended);
    assert_eq!(state.look.now_nanos, before + 20_000_000);

    state.apply(Command::SeekTime("30 ms".to_owned()));
    state.apply(Command::SetParam { name: "fast", text: "50".to_owned() });
    assert_eq!((state.phase(), state.look.now_nanos), (Phase::Paused, 30_000_000));
}

#[test]
fn a_refused_parameter_changes_nothing_and_says_why() {
    let mut state = at("race");
    state.apply(Command::SetParam { name: "fast", text: "-1".to_owned() });
    assert_eq!(state.setup.values.number("fast"), 40);
    let notice = state.notice.clone().expect("there is a notice");
    assert!(notice.is_problem && notice.text.contains("`-1`"), "{notice:?}");
}

#[test]
fn a_time_that_is_typed_is_reached_also_beyond_what_is_recorded() {
    let mut state = at("race");
    state.apply(Command::SeekTime("20".to_owned()));
    assert_eq!((state.phase(), state.look.now_nanos), (Phase::Paused, 20_000_000));
    state.apply(Command::SeekTime("tomorrow".to_owned()));
    assert!(state.notice.as_ref().is_some_and(|notice| notice.text.contains("`tomorrow`")));
}

#[test]
fn a_link_to_a_moment_shows_that_moment_paused() {
    let mut state = at("race?fast=50");
    state.apply(Command::SeekTime("50ms".to_owned()));
    state.apply(Command::PreviousEvent);
    state.apply(Command::SelectBelow);
    state.apply(Command::SelectBelow);
    let link = state.link();
    let other = at(&link.to_fragment());
    assert_eq!(other.look.moment, state.look.moment);
    assert_eq!(other.look.selection, state.look.selection);
    assert_eq!(other.phase(), Phase::Paused);
    assert_eq!(other.link().to_fragment(), link.to_fragment());
}

#[test]
fn a_link_to_a_lane_that_is_not_there_says_so() {
    let state = at("race?at=10ms&lane=99");
    assert_eq!(state.look.now_nanos, 10_000_000);
    assert!(state.notice.as_ref().is_some_and(|notice| notice.text.contains("`lane=99`")));
}

#[test]
fn following_a_wake_back_leads_to_who_woke() {
    let mut state = at("join-set");
    state.apply(Command::Last);
    let main = LaneId(1);
    let last = state.view.model().previous_poll(main, state.look.moment).expect("main was polled");
    state.apply(Command::Select(Some(Selection { lane: main, moment: last })));
    state.apply(Command::FollowWakeBack);
    let selection = state.selection().expect("something is selected");
    assert_ne!(selection.lane, main);
    state.apply(Command::FollowWakeForward);
    assert_eq!(state.selection().map(|selection| selection.lane), Some(main));
}

#[test]
fn stopping_drops_every_future() {
    let mut state = at("join-set");
    state.apply(Command::SeekTime("10ms".to_owned()));
    assert!(state.can_stop());
    state.apply(Command::Stop);
    assert_eq!(state.look.now_nanos, 10_000_000);
    assert!(!state.can_stop());
    assert_eq!(state.phase(), Phase::Ended);
    let model = state.view.model();
    assert!(model.lanes().iter().all(|lane| lane.end.is_some()));
}

#[test]
fn a_schedule_and_a_seed_are_part_of_the_run() {
    let mut state = at("join-set");
    state.apply(Command::SetSchedule(Schedule::Random));
    state.apply(Command::SetSeed(7));
    assert_eq!(state.link().to_fragment(), "join-set?seed=7&schedule=random");
}

#[test]
fn a_view_that_was_zoomed_stays_and_fit_brings_all_back() {
    let mut state = at("race");
    state.apply(Command::Resize { width_px: 800.0 });
    state.apply(Command::Last);
    let all = state.look.viewport;
    state.apply(Command::Zoom { factor: 4.0 });
    assert!(state.look.viewport.units_per_pixel < all.units_per_pixel / 3.0);
    state.apply(Command::FitAll);
    assert_eq!(state.look.viewport, all);
    let (left, right) = all.x_range();
    assert!(left <= state.look.playhead && state.look.playhead <= right);
}

#[test]
fn real_time_goes_on_only_while_it_plays() {
    thread_local!(static NOW: std::cell::Cell<f64> = const { std::cell::Cell::new(0.0) });
    let mut state = State::new(host(|| NOW.get()));
    state.apply(Command::SetClock(Clock::Real));
    NOW.set(1000.0);
    state.apply(Command::Run);
    NOW.set(1030.0);
    state.frame(0.03);
    assert_eq!(state.look.now_nanos, 30_000_000);
    state.apply(Command::Pause);
    NOW.set(9000.0);
    state.frame(1.0);
    assert_eq!(state.look.now_nanos, 30_000_000);
    state.apply(Command::Stop);
    assert_eq!((state.phase(), state.look.now_nanos), (Phase::Ended, 30_000_000));
}

#[test]
fn schedules_are_tried_until_the_first_that_goes_wrong_is_shown() {
    let mut state = at("race");
    state.apply(Command::Explore);
    assert!(state.is_moving());
    watch(&mut state);
    let notice = state.notice.clone().expect("it tells what came of it");
    assert_eq!((notice.text.as_str(), notice.is_problem), ("500 schedules tried: none goes wrong", false));

    let mut state = at("race?fails=both");
    state.apply(Command::Explore);
    watch(&mut state);
    let notice = state.notice.clone().expect("it tells what came of it");
    assert!(notice.is_problem && notice.text.starts_with("500 of 500 schedules go wrong."), "{notice:?}");
    assert!(notice.text.contains("both requests failed"), "{notice:?}");
    assert_eq!(state.phase(), Phase::Failed);

    let mut state = at("race?clock=real");
    state.apply(Command::Explore);
    assert!(!state.is_moving() && state.notice.as_ref().is_some_and(|notice| notice.is_problem));
}

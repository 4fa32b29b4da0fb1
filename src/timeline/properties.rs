//! What holds for every trace, however damaged. Native alone, as the generator of cases is; the
//! crate's root says so.

use std::collections::BTreeMap;

use proptest::prelude::*;

use crate::formats::{chrome, json, text};
use crate::timeline::{Axis, Happening, LaneState, Model, Moment, Ruler, State, Viewport, Window};
use crate::trace::{
    End, Event, Frame, LaneId, Level, LocationId, NameId, Op, ResourceId, ResourceKind, RunEnd, SpanId,
    WaitKind, WakeCause,
};

fn lane() -> impl Strategy<Value = LaneId> {
    prop_oneof![8 => (0u32..6).prop_map(LaneId), 1 => any::<u32>().prop_map(LaneId)]
}

fn event() -> impl Strategy<Value = Event> {
    let location = || any::<u16>().prop_map(LocationId);
    let name = || (0u32..9).prop_map(NameId);
    let spawned = (lane(), lane(), name(), location());
    let child = (lane(), lane(), name(), location());
    let woken = (lane(), lane(), prop::sample::select(WakeCause::ALL), location());
    let waiting = (lane(), prop::sample::select(WaitKind::ALL), location(), any::<u64>());
    let ended = (lane(), prop::sample::select(End::ALL), name());
    let log = (lane(), prop::sample::select(Level::ALL), name(), location());
    prop_oneof![
        2 => prop_oneof![9 => 0u64..100, 1 => any::<u64>()].prop_map(|nanos| Event::Clock { nanos }),
        2 => spawned.prop_map(|(lane, parent, name, location)| Event::Spawned { lane, parent, name, location }),
        1 => child.prop_map(|(lane, parent, name, location)| Event::Child { lane, parent, name, location }),
        4 => woken.prop_map(|(lane, by, cause, location)| Event::Woken { lane, by, cause, location }),
        4 => lane().prop_map(|lane| Event::PollBegin { lane }),
        4 => lane().prop_map(|lane| Event::PollEnd { lane }),
        2 => waiting.prop_map(|(lane, on, location, detail)| Event::Waiting { lane, on, location, detail }),
        1 => ended.prop_map(|(lane, end, message)| Event::Ended { lane, end, message }),
        1 => log.prop_map(|(lane, level, message, location)| Event::Log { lane, level, message, location }),
        1 => (lane(), name(), name()).prop_map(|(lane, name, value)| Event::Value { lane, name, value }),
        1 => prop::sample::select(RunEnd::ALL).prop_map(|end| Event::RunEnded { end }),
        6 => shared_event(),
    ]
}

/// What is told of resources, of spans of `tracing` and of joins.
fn shared_event() -> impl Strategy<Value = Event> {
    let location = || any::<u16>().prop_map(LocationId);
    let name = || (0u32..9).prop_map(NameId);
    let resource =
        || prop_oneof![8 => (0u32..4).prop_map(ResourceId), 1 => any::<u32>().prop_map(ResourceId)];
    let number = || prop_oneof![8 => 0u32..6, 1 => any::<u32>()];
    let made = (resource(), prop::sample::select(ResourceKind::ALL), number(), lane(), location());
    let op = (lane(), resource(), prop::sample::select(Op::ALL), location(), number());
    let span = || (0u32..4).prop_map(SpanId);
    let level = prop::sample::select(Level::ALL);
    prop_oneof![
        2 => made.prop_map(|(resource, kind, capacity, lane, location)| {
            Event::Resource { resource, kind, capacity, lane, location }
        }),
        2 => (resource(), name()).prop_map(|(resource, name)| Event::ResourceName { resource, name }),
        8 => op.prop_map(|(lane, resource, op, location, detail)| {
            Event::Op { lane, resource, op, location, detail }
        }),
        1 => (lane(), span(), name(), level, location()).prop_map(|(lane, span, name, level, location)| {
            Event::SpanNew { lane, span, name, level, location }
        }),
        1 => (lane(), span()).prop_map(|(lane, span)| Event::SpanEnter { lane, span }),
        1 => (lane(), span()).prop_map(|(lane, span)| Event::SpanExit { lane, span }),
        1 => (lane(), span()).prop_map(|(lane, span)| Event::SpanClose { lane, span }),
        1 => (lane(), lane()).prop_map(|(lane, by)| Event::Joined { lane, by }),
        1 => (lane(), lane()).prop_map(|(lane, by)| Event::Detached { lane, by }),
    ]
}

fn events() -> impl Strategy<Value = Vec<Event>> {
    prop::collection::vec(event(), 0..120)
}

/// Frames that need not follow each other: events lost, repeated, tables with holes.
fn frames() -> impl Strategy<Value = Vec<Frame>> {
    let number = || prop_oneof![9 => 0u64..200, 1 => any::<u64>()];
    let first_name = prop_oneof![9 => 0u32..9, 1 => any::<u32>()];
    let frame = (number(), number(), first_name, prop::collection::vec(".{0,4}", 0..4), events());
    let frame = frame.prop_map(|(first_seq, base_nanos, first_name, names, events)| Frame {
        first_seq,
        base_nanos,
        first_name,
        names,
        events,
        ..Frame::default()
    });
    prop::collection::vec(frame, 0..4)
}

fn model_of(frames: &[Frame]) -> Model {
    let mut model = Model::new();
    frames.iter().for_each(|frame| model.apply(frame));
    model
}

fn whole(events: Vec<Event>) -> Frame {
    Frame { events, ..Frame::default() }
}

/// The state machine of the vocabulary once more, in the plainest words: the state of each lane after
/// each event.
fn replay(events: &[Event]) -> Vec<BTreeMap<u32, &'static str>> {
    let mut states: BTreeMap<u32, &'static str> = BTreeMap::new();
    let mut rewoken: BTreeMap<u32, bool> = BTreeMap::new();
    let mut made: BTreeMap<u32, bool> = BTreeMap::new();
    let mut history = vec![states.clone()];
    for event in events {
        let (lane, next) = match *event {
            Event::Clock { .. } => continue,
            Event::RunEnded { .. } => (0, None),
            Event::Spawned { lane, .. } => (lane.0, Some("spawned")),
            Event::Child { lane, parent, .. } => {
                if parent.0 != 0 {
                    states.entry(parent.0).or_insert("new");
                }
                (lane.0, Some("child"))
            }
            Event::Woken { lane, .. } => (lane.0, Some("woken")),
            Event::PollBegin { lane } => (lane.0, Some("begin")),
            Event::PollEnd { lane } => (lane.0, Some("end")),
            Event::Ended { lane, .. } => (lane.0, Some("over")),
            Event::ResourceName { .. } => (0, None),
            Event::Waiting { lane, .. }
            | Event::Log { lane, .. }
            | Event::Value { lane, .. }
            | Event::Resource { lane, .. }
            | Event::Op { lane, .. }
            | Event::SpanNew { lane, .. }
            | Event::SpanEnter { lane, .. }
            | Event::SpanExit { lane, .. }
            | Event::SpanClose { lane, .. }
            | Event::Joined { lane, .. }
            | Event::Detached { lane, .. } => (lane.0, None),
        };
        if lane != 0 {
            let state = states.entry(lane).or_insert("new");
            let is_first_making =
                matches!(next, Some("spawned" | "child")) && made.insert(lane, true).is_none();
            *state = match (*state, next) {
                ("ended", _) => "ended",
                (_, Some("over")) => "ended",
                ("new", Some("spawned")) if is_first_making => "scheduled",
                ("new" | "idle", Some("woken")) => "scheduled",
                ("polling", Some("woken")) => {
                    rewoken.insert(lane, true);
                    "polling"
                }
                (_, Some("begin")) => {
                    rewoken.remove(&lane);
                    "polling"
                }
                (_, Some("end")) if rewoken.remove(&lane).is_some() => "scheduled",
                (_, Some("end")) => "idle",
                (state, _) => state,
            };
        }
        history.push(states.clone());
    }
    history
}

fn word(state: LaneState) -> Option<&'static str> {
    match state {
        LaneState::Unborn => None,
        LaneState::New => Some("new"),
        LaneState::Ended(_) => Some("ended"),
        LaneState::Live(span) => Some(match span.state.state() {
            State::Idle => "idle",
            State::Scheduled => "scheduled",
            State::Polling => "polling",
        }),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_state_at_each_moment_is_that_of_a_plain_replay(events in events()) {
        let model = model_of(&[whole(events.clone())]);
        let history = replay(&events);
        prop_assert_eq!(history.len(), 1 + model.event_count() as usize);
        for (order, states) in (0u32..).zip(&history) {
            let moment = model.moment(order).expect("an event");
            for lane in model.lanes() {
                let expected = states.get(&lane.id.0).copied();
                prop_assert_eq!(word(model.state_at(lane.id, moment)), expected, "{:?} at {}", lane.id, order);
            }
        }
    }

    #[test]
    fn events_one_by_one_and_all_at_once_give_the_same_model(events in events()) {
        let mut one_by_one = Model::new();
        let mut base_nanos = 0;
        for (seq, event) in events.iter().enumerate() {
            one_by_one.apply(&Frame { first_seq: seq as u64, base_nanos, ..whole(vec![*event]) });
            if let Event::Clock { nanos } = *event {
                base_nanos = base_nanos.max(nanos);
            }
        }
        prop_assert_eq!(one_by_one, model_of(&[whole(events)]));
    }

    #[test]
    fn spans_of_a_lane_follow_each_other(frames in frames()) {
        let model = model_of(&frames);
        for lane in model.lanes() {
            let spans: Vec<_> = model.spans(lane.id).collect();
            for pair in spans.windows(2) {
                prop_assert!(pair[0].begin < pair[1].begin);
                prop_assert_eq!(pair[0].end, Some(pair[1].begin));
            }
            if let (Some(last), Some(end)) = (spans.last(), lane.end) {
                prop_assert!(last.begin <= end.moment);
                prop_assert!(last.end.is_none_or(|last_end| last_end >= end.moment));
            }
            let polls = spans.iter().filter(|span| span.state.state() == State::Polling).count();
            prop_assert_eq!(lane.polls as usize, polls);
        }
        let mut rows: Vec<_> = model.rows().iter().map(|row| row.lane).collect();
        rows.sort_unstable();
        rows.dedup();
        prop_assert_eq!(rows.len(), model.lanes().len());
    }

    #[test]
    fn the_end_of_a_poll_closes_it(events in events(), lane in 1u32..6) {
        let mut events = events;
        events.extend([Event::PollBegin { lane: LaneId(lane) }, Event::PollEnd { lane: LaneId(lane) }]);
        let model = model_of(&[whole(events)]);
        let polling = model.spans(LaneId(lane)).filter(|span| span.state.state() == State::Polling);
        for span in polling {
            prop_assert!(span.end.is_some(), "{span:?}");
        }
    }

    #[test]
    fn x_never_goes_back_and_leads_back(frames in frames(), nanos_per_step in 0.0f64..1e6, at in -0.5f64..1.5) {
        let model = model_of(&frames);
        for axis in [Axis::time(), Axis::steps(), Axis::blend(nanos_per_step), Axis::for_extent(&model.extent())] {
            let moments = (0..=model.event_count()).filter_map(|order| model.moment(order));
            let xs: Vec<_> = moments.map(|moment| axis.x_from_moment(moment)).collect();
            prop_assert!(xs.is_sorted());
            let (begin, end) = axis.x_range(&model.extent());
            let x = begin + (end - begin) * at;
            let moment = axis.moment_from_x(&model, x);
            prop_assert!(axis.x_from_moment(moment) <= x.max(begin) + x.abs() * 1e-9);
            prop_assert!(moment <= model.extent().end);
        }
    }

    #[test]
    fn whatever_came_in_every_question_has_an_answer(frames in frames(), at in 0u32..500, zoom in 0.1f64..1e4) {
        let model = model_of(&frames);
        let end = model.extent().end;
        let moment = model.moment(at).unwrap_or(end);
        for event in model.events(0..=u32::MAX) {
            // A line that the code wrote outside of any lane stands as it is, and may be empty.
            let may_be_empty = matches!(event.what, Happening::Log { .. });
            prop_assert!(may_be_empty || !model.sentence(&event).is_empty());
        }
        prop_assert_eq!(model.events(0..=u32::MAX).count(), model.event_count() as usize);
        model.lines_at(moment);
        model.values_at(moment);
        model.run_state_at(moment);
        prop_assert!(model.findings().iter().all(|finding| !finding.text.is_empty()));
        for resource in model.resources() {
            let state = model.resource_at(resource.id, moment);
            prop_assert!(state.waiters.len() <= model.lanes().len());
            model.resource_state_text(resource.id, moment);
            model.nearest_op(resource.id, moment);
            model.flows(resource.id, Moment::START, end).for_each(|flow| assert!(flow.sent.0 <= flow.received.0));
            let levels: Vec<_> = model.levels(resource.id, Moment::START).collect();
            prop_assert!(levels.is_sorted_by_key(|level| level.begin));
        }
        model.lanes().iter().filter_map(|lane| lane.end).for_each(|end| { model.losses(end.moment); });
        model.wakes(Moment::START, end).for_each(|wake| { model.poll_after_wake(&wake); });
        for step in [model.next_event(moment), model.previous_event(moment),
                     model.end_of_next_poll(moment), model.end_of_previous_poll(moment)] {
            prop_assert!(step.is_none_or(|step| step <= end));
        }
        let axis = Axis::for_extent(&model.extent());
        let range = axis.x_range(&model.extent());
        let view = Viewport::fit(range, 300.0, 10.0).zoom_at(100.0, zoom);
        let view = view.clamp(range, axis.finest_units_per_pixel(), 10.0);
        prop_assert!(Ruler::new(&model, &axis, &view, 60.0).ticks.len() <= 6);
        let window = Window::new(&model, &axis, &view);
        let options = text::Options { width: at as usize, ..text::Options::default() };
        for line in text::timeline(&model, &options).lines().take_while(|line| !line.is_empty()) {
            prop_assert!(line.chars().count() <= options.width.max(40));
        }
        prop_assert_eq!(text::events(&model).lines().count(), model.event_count() as usize);
        for json in [json::to_string(&model), chrome::to_string(&model)] {
            prop_assert!(serde_json::from_str::<serde_json::Value>(&json).is_ok());
        }
        for lane in model.lanes() {
            model.state_sentence(lane.id, moment);
            model.stats_text(&model.lane_stats(lane.id, moment));
            model.wake_before(lane.id, moment);
            model.wake_after(lane.id, moment);
            model.next_poll(lane.id, moment);
            model.previous_poll(lane.id, moment);
            window.hit(lane.id, 150.0, 4.0);
            prop_assert!(window.spans(lane.id).count() <= 2 * 302);
        }
    }
}

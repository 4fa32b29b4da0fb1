//! Whatever is said arrives as it was said, and noise is refused.

use proptest::prelude::*;

use crate::app::engine::{Goal, Reach, Rehearsal, Reply, Request, Status};
use crate::explore::{Exploration, Fault};
use crate::patterns::Outcome;
use crate::runtime::{Idle, Schedule};
use crate::timeline::{Axis, Extent, Moment};
use crate::trace::RunEnd;

fn float() -> impl Strategy<Value = f64> {
    prop_oneof![Just(f64::INFINITY), Just(f64::NEG_INFINITY), -1e18..1e18]
}

fn goal() -> impl Strategy<Value = Goal> {
    prop_oneof![
        float().prop_map(Goal::X),
        any::<u64>().prop_map(Goal::Nanos),
        any::<u32>().prop_map(Goal::Order),
        Just(Goal::End),
    ]
}

fn request() -> impl Strategy<Value = Request> {
    prop_oneof![
        (any::<u64>(), ".*", ".*", any::<bool>())
            .prop_map(|(run, fragment, base, rehearse)| Request::Start { run, fragment, base, rehearse }),
        (goal(), float(), float(), float()).prop_map(|(goal, nanos_scale, order_scale, millis)| {
            Request::Advance { goal, axis: Axis { nanos_scale, order_scale }, millis }
        }),
        prop::sample::select(vec![Request::Step, Request::Resume, Request::Pause, Request::Tell]),
        (any::<u64>(), float()).prop_map(|(nanos, millis)| Request::Shutdown { nanos, millis }),
        any::<Option<u64>>().prop_map(|nanos| Request::Stop { nanos }),
        float().prop_map(|millis| Request::Explore { millis }),
    ]
}

fn status() -> impl Strategy<Value = Status> {
    let idle = (any::<Option<u64>>(), any::<u32>(), any::<u32>(), any::<u32>());
    let facts = prop::collection::vec((".*", ".*"), 0..4);
    let outcome = (".*", facts).prop_map(|(summary, facts)| {
        let facts = facts.into_iter().map(|(name, value)| (name.into(), value)).collect();
        Outcome { summary, facts }
    });
    let output = prop::option::of(prop_oneof![outcome.prop_map(Ok), ".*".prop_map(Err)]);
    let ended = prop::option::of(prop::sample::select(RunEnd::ALL));
    (any::<u64>(), ended, idle, any::<u64>(), any::<Option<String>>(), output).prop_map(
        |(polls, ended, (next_deadline, io_in_flight, listeners, tasks), now_nanos, limit, output)| Status {
            polls,
            ended,
            idle: Idle {
                next_deadline,
                io_in_flight,
                signal_listeners: listeners as usize,
                tasks: tasks as usize,
            },
            now_nanos,
            limit,
            output,
        },
    )
}

fn reply() -> impl Strategy<Value = Reply> {
    let moment = || (any::<u64>(), any::<u32>()).prop_map(|(nanos, order)| Moment { nanos, order });
    let rehearsal = (moment(), moment(), any::<u32>(), any::<u32>(), any::<bool>()).prop_map(
        |(begin, end, instants, lanes, is_complete)| Rehearsal {
            extent: Extent { begin, end, instants: instants as usize },
            lanes: lanes as usize,
            is_complete,
        },
    );
    let schedule = prop::sample::select(vec![Schedule::Fifo, Schedule::Random]);
    let fault =
        (schedule, any::<u64>(), ".*").prop_map(|(schedule, seed, text)| Fault { schedule, seed, text });
    let exploration = (any::<u64>(), prop::option::of(fault), any::<u64>())
        .prop_map(|(tried, first, faults)| Exploration { tried, first, faults });
    let reach =
        prop::sample::select(vec![Reach::Reached, Reach::OutOfTime, Reach::AwaitingOutside, Reach::Ended]);
    let rest = (prop::option::of(rehearsal), prop::option::of(exploration));
    (any::<u64>(), any::<u64>(), any::<Vec<u8>>(), reach, any::<bool>(), status(), rest).prop_map(
        |(run, answers, frames, reach, is_heard, status, (rehearsal, exploration))| Reply {
            run,
            answers,
            frames,
            reach,
            is_heard,
            status,
            rehearsal,
            exploration,
        },
    )
}

proptest! {
    #[test]
    fn a_request_arrives_as_it_was_sent(number: u64, request in request()) {
        prop_assert_eq!(Request::decode(&request.encode(number)), Ok((number, request)));
    }

    #[test]
    fn a_reply_arrives_as_it_was_sent(reply in reply()) {
        prop_assert_eq!(Reply::decode(&reply.encode()), Ok(reply));
    }

    #[test]
    fn noise_is_refused_or_read_but_never_a_fault(bytes: Vec<u8>) {
        let (_, _) = (Request::decode(&bytes), Reply::decode(&bytes));
    }

    #[test]
    fn a_message_that_is_cut_short_is_refused(request in request(), part in 0.0..1.0) {
        let bytes = request.encode(7);
        let cut = (bytes.len() as f64 * part) as usize;
        prop_assert!(Request::decode(&bytes[..cut]).is_err());
    }
}

#[test]
fn a_message_of_an_unknown_kind_is_refused() {
    let error = Request::decode(&[1, 99]).expect_err("there is no such request");
    assert!(error.to_string().starts_with("a message of the engine is damaged: "), "{error}");
}

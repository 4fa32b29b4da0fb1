use super::*;

/// Places change as the test is edited; the words are what matters here.
fn without_places(text: &str) -> String {
    let mut text = text.to_owned();
    while let Some(begin) = text.find(" (script.rs:").or_else(|| text.find(" (words.rs:")) {
        let end = text[begin..].find(')').expect("a place is closed") + begin;
        text.replace_range(begin..=end, "");
    }
    text
}

fn sentences(model: &Model) -> Vec<String> {
    let events = model.events(1..=model.event_count());
    events.map(|event| without_places(&model.sentence(&event))).collect()
}

#[test]
fn each_event_is_a_sentence() {
    assert_eq!(
        sentences(&race().model()),
        [
            "`main` started",
            "Poll 1 of `main` began",
            "`fetch 1` began within `main`",
            "Poll 1 of `fetch 1` began",
            "`fetch 1` waits for its timer, due at 41 ms",
            "The poll of `fetch 1` ended: pending",
            "`fetch 2` began within `main`",
            "Poll 1 of `fetch 2` began",
            "`fetch 2` waits for its timer, due at 90 ms",
            "The poll of `fetch 2` ended: pending",
            "The poll of `main` ended: pending",
            "`fetch 1` was woken by its timer",
            "`main` was woken by its timer",
            "Poll 2 of `main` began",
            "Poll 2 of `fetch 1` began",
            "`fetch 1`: first: 41 ms",
            "`main` shows answers = 1",
            "`fetch 1` completed",
            "The last poll of `fetch 1` ended",
            "`fetch 2` was dropped before it was ready",
            "`main` completed",
            "The last poll of `main` ended",
            "The run finished",
        ]
    );
}

#[test]
fn a_wake_names_who_and_where() {
    let mut run = Script::new();
    run.spawns("outside", "main").spawns("main", "fetch 2").polled("main").polled("fetch 2").begins("main");
    run.wakes("main", "fetch 2", WakeCause::Lane);
    let line = line!() - 1;
    let model = run.model();
    let event = model.event(model.event_count()).expect("the wake");
    assert_eq!(model.sentence(&event), format!("`fetch 2` was woken by `main` (words.rs:{line})"));
}

#[test]
fn waits_say_for_what() {
    let mut run = Script::new();
    run.spawns("outside", "main").spawns("main", "task 2").begins("main");
    let jobs = u64::from(run.recorder.name("jobs").0);
    run.makes("main", "queue", ResourceKind::Mpsc, 4);
    let queue = u64::from(run.resource("queue").0);
    let model = run.model();
    for (on, detail, text) in [
        (WaitKind::Timer, 1_500_000, "its timer, due at 1.5 ms"),
        (WaitKind::Join, 2, "the end of `task 2`"),
        (WaitKind::Join, u64::MAX, "the end of `outside`"),
        (WaitKind::JoinSet, 3, "the next of 3 tasks"),
        (WaitKind::JoinSet, 1, "the last task of its set"),
        (WaitKind::Io, jobs, "I/O `jobs`"),
        (WaitKind::Yield, 0, "its next turn"),
        (WaitKind::Resource, queue, "channel `queue`"),
        (WaitKind::Resource, 0, "something shared"),
        (WaitKind::Signal, 0, "the signal to shut down"),
    ] {
        let wait = Wait { moment: Moment::START, on, location: LocationId::NONE, detail };
        assert_eq!(model.wait_text(&wait), text);
    }
}

#[test]
fn a_task_whose_children_wait_says_so() {
    let mut run = race();
    let (model, main) = (run.model(), run.lane("main"));
    let at = model.moment_at_nanos(20 * MS);
    assert_eq!(model.state_sentence(main, at), "`main` is idle: waits for `fetch 1` and `fetch 2`");
    let fetch = run.lane("fetch 2");
    let text = without_places(&model.state_sentence(fetch, at));
    assert_eq!(text, "`fetch 2` is idle: waits for its timer, due at 90 ms");
    let end = model.extent().end;
    let text = model.state_sentence(fetch, end);
    assert_eq!(text, "`fetch 2` was dropped before it was ready (at 41 ms)");
    assert_eq!(model.state_sentence(LaneId(99), end), "`task 99` does not exist yet");
}

#[test]
fn a_tooltip_says_what_since_when_and_how_long() {
    let mut run = race();
    let (model, fetch) = (run.model(), run.lane("fetch 2"));
    let span = model.span(fetch, 1).expect("its wait");
    let text = without_places(&model.span_text(&span, model.extent().end));
    assert_eq!(text, "idle: waits for its timer, due at 90 ms · from 0 ms for 41 ms");
}

#[test]
fn logs_and_values_are_listed_with_who_and_when() {
    let mut run = race();
    let model = run.model();
    let log: Vec<_> = model.log_lines().map(|line| (line.lane, line.moment.nanos, line.text)).collect();
    assert_eq!(log, [(run.lane("fetch 1"), 41 * MS, "first: 41 ms")]);
    assert!(model.log_lines().all(|line| line.place.is_some_and(|place| place.file.ends_with("script.rs"))));
    let value = model.values().next().expect("a value");
    assert_eq!((value.name, value.value), ("answers", "1"));
    assert_eq!(model.values_at(model.moment_at_nanos(20 * MS)), []);
    assert_eq!(model.values_at(model.extent().end), [value]);
}

//! What is found wrong with a run, and in which words.

use super::*;

fn texts(model: &Model) -> Vec<String> {
    let without_place = |text: String| -> String {
        let parts = text.split(" (").enumerate();
        parts
            .map(
                |(at, part)| if at == 0 { part } else { part.split_once(')').map_or(part, |(_, rest)| rest) },
            )
            .collect()
    };
    model.findings().into_iter().map(|finding| without_place(finding.text)).collect()
}

/// Two tasks, of which each holds the lock that the other waits for; a third only waits.
fn deadlock() -> Script {
    let mut run = Script::new();
    run.spawns("outside", "main").begins("main");
    run.makes("main", "A", ResourceKind::Mutex, 1).makes("main", "B", ResourceKind::Mutex, 1);
    run.spawns("main", "a").spawns("main", "b").waits_for("main", "a").ends("main");
    run.begins("a").does("a", Op::Acquired, "A", 1).ends("a");
    run.begins("b").does("b", Op::Acquired, "B", 1).ends("b");
    run.parks("a", "B", 1).parks("b", "A", 1);
    run.run_ends(RunEnd::Stalled);
    run
}

#[test]
fn lanes_that_wait_for_each_other_are_a_deadlock_and_named() {
    assert_eq!(
        texts(&deadlock().model()),
        [
            "deadlock: `a` waits for mutex `B`, which `b` holds; `b` waits for mutex `A`, which `a` holds",
            "stuck: `main` waits for the end of `a`, and nothing will wake it",
        ]
    );
}

#[test]
fn a_lock_that_a_child_waits_for_while_its_own_task_holds_it_is_a_deadlock() {
    let mut run = Script::new();
    run.spawns("outside", "main").begins("main").makes("main", "A", ResourceKind::Mutex, 1);
    run.does("main", Op::Acquired, "A", 1).names_child("main", "inner").parks("inner", "A", 1).ends("main");
    run.run_ends(RunEnd::Stalled);
    assert_eq!(texts(&run.model()), ["deadlock: `inner` waits for mutex `A`, which `main` holds"]);
}

#[test]
fn a_run_that_goes_on_is_no_deadlock() {
    let mut run = deadlock();
    run.recorder.take_frame();
    let mut run = Script::new();
    run.spawns("outside", "main").begins("main").makes("main", "A", ResourceKind::Mutex, 1);
    run.spawns("main", "a").does("a", Op::Acquired, "A", 1).parks("main", "A", 1).ends("main");
    assert!(texts(&run.model()).is_empty());
}

#[test]
fn a_receiver_whose_senders_never_go_away_is_stuck() {
    let mut run = Script::new();
    run.spawns("outside", "main").begins("main").makes("main", "jobs", ResourceKind::Mpsc, 4).ends("main");
    run.parks("main", "jobs", 1).run_ends(RunEnd::Stalled);
    assert_eq!(texts(&run.model()), ["stuck: `main` waits for channel `jobs`, and nothing will wake it"]);
}

#[test]
fn a_long_poll_is_named_with_its_length_and_who_had_to_wait() {
    let mut run = Script::new();
    run.spawns("outside", "main")
        .spawns("main", "beat")
        .begins("beat")
        .waits_until("beat", 50 * MS)
        .ends("beat");
    run.begins("main").at(300 * MS).ends("main");
    let found = texts(&run.model());
    assert_eq!(found, ["blocked the executor: one poll of `main` took 300 ms, and another task waited"]);
    let mut last = Script::new();
    last.spawns("outside", "main")
        .begins("main")
        .at(32 * MS)
        .is_over("main", End::Completed, "")
        .ends("main");
    assert_eq!(texts(&last.model()), ["blocked the executor: one poll of `main` took 32 ms"]);
    let mut short = Script::new();
    short.spawns("outside", "main").begins("main").at(9 * MS).ends("main");
    assert!(texts(&short.model()).is_empty());
}

#[test]
fn an_error_is_seen_by_whoever_joins_and_by_nobody_else() {
    let failing = |finish: fn(&mut Script)| {
        let mut run = Script::new();
        run.spawns("outside", "main").begins("main").spawns("main", "audit").ends("main").at(20 * MS);
        run.begins("audit").is_over("audit", End::Failed, "disk full").ends("audit").begins("main");
        finish(&mut run);
        run.is_over("main", End::Completed, "").ends("main").run_ends(RunEnd::Finished);
        texts(&run.model())
    };
    let joined = failing(|run| run.tells_of_join("main", "audit", true));
    assert!(joined.is_empty(), "{joined:?}");
    assert_eq!(
        failing(|run| run.tells_of_join("main", "audit", false)),
        [
            "an error that nobody saw: `audit` failed at 20 ms: disk full, and its handle was dropped by `main`"
        ]
    );
    assert_eq!(
        failing(|_| {}),
        ["an error that nobody saw: `audit` failed at 20 ms: disk full, and nobody ever joined it"]
    );
}

#[test]
fn a_task_that_the_end_of_the_run_cuts_short_is_named() {
    let mut run = Script::new();
    run.spawns("outside", "main").begins("main").spawns("main", "writer").is_over("main", End::Completed, "");
    run.ends("main").run_ends(RunEnd::Finished).is_over("writer", End::Dropped, "");
    let found = texts(&run.model());
    assert_eq!(found, ["cut short: `writer` still ran when the first task ended, and was dropped"]);
    let mut aborted = Script::new();
    aborted.spawns("outside", "main").begins("main").spawns("main", "writer").is_over(
        "writer",
        End::Cancelled,
        "",
    );
    aborted.is_over("main", End::Completed, "").ends("main").run_ends(RunEnd::Finished);
    assert!(texts(&aborted.model()).is_empty(), "what was aborted on purpose is no finding");
}

#[test]
fn a_panic_is_told_once_where_it_began() {
    let mut run = Script::new();
    run.spawns("outside", "main").begins("main").names_child("main", "step").begins("step");
    run.is_over("step", End::Panicked, "out of ink").ends("step").is_over(
        "main",
        End::Panicked,
        "out of ink",
    );
    run.ends("main").run_ends(RunEnd::Finished);
    assert_eq!(texts(&run.model()), ["panicked: `step` at 0 ms: out of ink"]);
}

#[test]
fn a_circle_of_three_is_told_whole_and_ten_thousand_who_wait_are_looked_through_at_once() {
    let mut run = Script::new();
    run.spawns("outside", "main").begins("main");
    let names = ["A", "B", "C"];
    for name in names {
        run.makes("main", name, ResourceKind::Mutex, 1).spawns("main", &name.to_lowercase());
    }
    run.ends("main");
    for (at, name) in names.iter().enumerate() {
        run.does(&name.to_lowercase(), Op::Acquired, name, 1);
        run.parks(&name.to_lowercase(), names[(at + 1) % 3], 1);
    }
    for number in 0..10_000 {
        let name = format!("waits {number}");
        run.spawns("main", &name).parks(&name, "A", 1);
    }
    run.run_ends(RunEnd::Stalled);
    let found = texts(&run.model());
    assert_eq!(
        found[0],
        "deadlock: `a` waits for mutex `B`, which `b` holds; `b` waits for mutex `C`, which `c` holds; \
         `c` waits for mutex `A`, which `a` holds"
    );
    assert_eq!(found.iter().filter(|text| text.starts_with("deadlock")).count(), 1);
}

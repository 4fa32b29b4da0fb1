use super::*;
use crate::timeline::script::{MS, Script, race};
use crate::trace::{End, RunEnd, WaitKind, WakeCause};

fn drawn(model: &Model, width: usize, ascii: bool) -> String {
    timeline(model, &Options { width, ascii, ..Options::default() })
}

#[test]
fn a_race_is_drawn_as_a_person_would() {
    let expected = "          │0 ms                          │20 ms               │40 ms
          ├──────────┤                                         ├─ 12 steps ─┤
main       ▒█████████────────────────────────────────────────────▒█████████✓ completed
├ fetch 1     ██────────────────────────────────────────────────▒▒▒█████✓ completed
└ fetch 2         ██─────────────────────────────────────────────────────╳ dropped

█ polling  ▒ scheduled  ─ idle  ✓ completed  ! failed  ╳ cancelled or dropped  ✹ panicked
… goes on
";
    assert_eq!(drawn(&race().model(), 90, false), expected);
}

#[test]
fn where_there_is_only_ascii_only_ascii_is_used() {
    let text = drawn(&race().model(), 90, true);
    assert!(text.is_ascii(), "{text}");
    assert!(text.contains("`-fetch 2         ##----"), "{text}");
    assert!(text.contains("-x dropped"), "{text}");
}

#[test]
fn a_stuck_run_says_on_what_each_lane_waits() {
    let mut run = Script::new();
    run.spawns("outside", "main")
        .spawns("main", "worker")
        .begins("main")
        .waits_for("main", "worker")
        .ends("main");
    run.begins("worker").waits("worker", WaitKind::Resource, 0).ends("worker");
    run.at(30 * MS).run_ends(RunEnd::Stalled);
    let text = drawn(&run.model(), 120, false);
    assert!(text.contains("… waits for the end of `worker`"), "{text}");
    assert!(text.contains("… waits for something shared"), "{text}");
}

#[test]
fn a_failure_shows_its_message_and_no_message_moves_the_cursor() {
    let mut run = Script::new();
    run.spawns("outside", "ma\x1b[2Jin").begins("ma\x1b[2Jin");
    run.is_over("ma\x1b[2Jin", End::Failed, "not\nfound").ends("ma\x1b[2Jin");
    run.at(100 * MS).logs("outside", "one\r\nline");
    let model = run.model();
    let text = drawn(&model, 100, false);
    assert!(text.contains("! failed: not found"), "{text}");
    assert!(!text.contains('\x1b'), "{text:?}");
    assert!(events(&model).lines().last().is_some_and(|line| line.ends_with("one  line")));
}

#[test]
fn no_row_is_wider_than_asked() {
    let mut run = race();
    run.spawns("main", &"long name ".repeat(20)).at(60 * MS);
    let model = run.model();
    for width in [0, 40, 57, 80, 200] {
        for line in drawn(&model, width, false).lines() {
            assert!(line.chars().count() <= width.max(NARROWEST), "{line}");
        }
    }
}

#[test]
fn lanes_that_do_not_fit_are_counted() {
    let mut run = Script::new();
    (0..10).for_each(|lane| {
        run.spawns("outside", &format!("task {lane}"));
    });
    let text = timeline(&run.model(), &Options { lanes: 3, ..Options::default() });
    assert!(text.contains("… 7 more lanes"), "{text}");
}

#[test]
fn nested_children_hang_on_their_branches() {
    let mut run = Script::new();
    run.spawns("outside", "main").names_child("main", "a").names_child("a", "a1").names_child("a1", "deep");
    run.names_child("main", "b").spawns("main", "other");
    let model = run.model();
    let labels = labels(&model, model.rows(), &UNICODE);
    assert_eq!(labels, ["main", "├ a", "│ └ a1", "│   └ deep", "└ b", "other"]);
}

#[test]
fn events_are_listed_one_a_line_with_step_time_and_lane() {
    let mut run = Script::new();
    run.spawns("outside", "main").polled("main").at(1_500_000).wakes("outside", "main", WakeCause::External);
    let text = events(&run.model());
    let lines: Vec<_> = text.lines().map(|line| line.split(" (").next().unwrap_or_default()).collect();
    assert_eq!(
        lines,
        [
            "1      0.000000 ms   #1  `main` started",
            "2      0.000000 ms   #1  Poll 1 of `main` began",
            "3      0.000000 ms   #1  The poll of `main` ended: pending",
            "4      1.500000 ms   #1  `main` was woken from outside",
        ]
    );
}

#[test]
fn nothing_is_drawn_of_nothing() {
    assert!(drawn(&Model::new(), 80, false).contains("polling"), "the legend stays");
    assert_eq!(events(&Model::new()), "");
}

//! The patterns about errors do what their pages say, on the deterministic executor.
#![cfg(not(target_arch = "wasm32"))]

use wakeline::patterns::{self, Outcome, PatternError, Scene, Values};
use wakeline::runtime::{self, Config, Run};
use wakeline::timeline::{Lane, Model};
use wakeline::trace::{End, Level, RunEnd};

struct Ran {
    model: Model,
    output: Result<Outcome, PatternError>,
}

fn run_seeded(id: &str, settings: &[(&str, &str)], seed: u64) -> Ran {
    let pattern = patterns::find(id).expect("the id is in the catalogue");
    let mut values = Values::defaults(pattern.params);
    for (name, text) in settings {
        values.set(name, text).expect("the setting is right");
    }
    let scene = Scene { values, seed, base: String::new() };
    let mut run = Run::new(Config::default(), || (pattern.start)(scene));
    let mut model = Model::new();
    let end = runtime::block_on(&mut run, 1_000_000, |frame| model.apply(&frame));
    assert_eq!(end, RunEnd::Finished);
    let output = run.take_output().expect("a finished run has an output");
    Ran { model, output: output.expect("the first task was neither aborted nor panicked") }
}

fn run(id: &str, settings: &[(&str, &str)]) -> Ran {
    run_seeded(id, settings, 7)
}

impl Ran {
    fn outcome(&self) -> &Outcome {
        self.output.as_ref().expect("the pattern succeeds")
    }

    /// The error of the run, which is also what its first task's lane ends with.
    #[track_caller]
    fn error(&self) -> String {
        let error = self.output.as_ref().expect_err("the pattern fails").to_string();
        assert_eq!(self.end("main"), (End::Failed, error.as_str()));
        error
    }

    fn lanes(&self, name: &str) -> impl Iterator<Item = &Lane> {
        self.model.lanes().iter().filter(move |lane| lane.name.starts_with(name))
    }

    #[track_caller]
    fn end(&self, name: &str) -> (End, &str) {
        let lane = self.lanes(name).last().expect("there is such a lane");
        let end = lane.end.as_ref().expect("the lane has ended");
        (end.end, self.model.text(end.message))
    }

    #[track_caller]
    fn ended_ms(&self, name: &str) -> u64 {
        let lane = self.lanes(name).last().expect("there is such a lane");
        lane.end.as_ref().expect("the lane has ended").moment.nanos / 1_000_000
    }

    fn logged(&self, level: Level) -> Vec<&str> {
        self.model.log_lines().filter(|line| line.level == level).map(|line| line.text).collect()
    }

    /// The pauses between an attempt's end and the beginning of the next.
    fn pauses_ms(&self) -> Vec<u64> {
        let attempts: Vec<_> = self.lanes("attempt").collect();
        let ended = |lane: &Lane| lane.end.as_ref().expect("the attempt has ended").moment.nanos;
        attempts.windows(2).map(|pair| (pair[1].spawned.nanos - ended(pair[0])) / 1_000_000).collect()
    }
}

const BUSY: &str = "`data/1.json` answered with status `503`";

#[test]
fn typed_errors_has_a_way_to_each_variant() {
    assert_eq!(run("typed-errors", &[("id", "3")]).outcome().get("title"), Some("Pinning"));

    let cases: [(&[_], &str, &str); 4] = [
        (&[("fails", "network")], &format!("the network failed: {BUSY}"), "502"),
        (
            &[("fails", "database")],
            "the database failed: the query `select path from articles where id = 1` was not answered: \
             `data/articles.json` answered with status `503`",
            "500",
        ),
        (&[("id", "9")], "there is no article `9`", "404"),
        (&[("limit", "20")], "no answer within `20` ms", "504"),
    ];
    for (settings, text, status) in cases {
        let ran = run("typed-errors", settings);
        assert_eq!(ran.error(), text);
        assert!(ran.logged(Level::Error)[0].ends_with(&format!("the caller is told status {status}")));
    }
}

#[test]
fn typed_errors_leaves_the_cause_where_it_happened() {
    let ran = run("typed-errors", &[("fails", "network")]);
    assert_eq!((ran.end("query").0, ran.end("request")), (End::Completed, (End::Failed, BUSY)));

    let ran = run("typed-errors", &[("fails", "database")]);
    assert_eq!(ran.end("query").0, End::Failed);
    assert_eq!(ran.lanes("request").count(), 0, "nothing is asked for that was not found");

    let ran = run("typed-errors", &[("limit", "20")]);
    assert_eq!((ran.end("request").0, ran.ended_ms("request")), (End::Dropped, 60 + 20));
}

#[test]
fn context_tells_the_whole_chain_and_which_lines_added_to_it() {
    let ran = run("context", &[("fails", "second step")]);
    let chain = [
        "cannot set the headline of `data/4.json`",
        "cannot read the article",
        "`data/4.json` answered with status `503`",
    ];
    assert_eq!(ran.error(), chain.join(": "));
    assert_eq!(ran.end("GET"), (End::Failed, chain[2]));
    assert_eq!(ran.end("step 2"), (End::Failed, chain[1]));
    assert_eq!(
        ran.logged(Level::Error),
        [
            chain[0],
            &format!("caused by: {}", chain[1]),
            &format!("caused by: {}", chain[2]),
            "at the root is a `FetchError` with status 503",
        ]
    );

    // Each line that is named is in the shown source, and does what is said of it.
    let source: Vec<_> = patterns::find("context").unwrap().source.as_str().unwrap().lines().collect();
    let mut added = Vec::new();
    for line in ran.model.log_lines().filter(|line| line.level == Level::Warn) {
        let place = line.place.expect("the line has a place");
        assert!(place.file.ends_with("src/patterns/errors/context.rs"), "{}", place.file);
        assert!(line.text.starts_with(&format!("line {} adds", place.line)), "{}", line.text);
        added.push(source[place.line as usize - 1].trim());
    }
    assert_eq!(
        added,
        [
            "let article = article.context(\"cannot read the article\")?;",
            "headline.with_context(|| format!(\"cannot set the headline of `{path}`\"))",
        ]
    );
}

#[test]
fn context_stops_at_the_first_step_that_fails() {
    let ran = run("context", &[("fails", "first step")]);
    assert_eq!(
        ran.error(),
        "cannot choose an article: cannot read the list of articles: \
         `data/articles.json` answered with status `503`"
    );
    assert_eq!(ran.lanes("step 2").count(), 0);
}

#[test]
fn context_adds_nothing_to_a_success() {
    let ran = run("context", &[]);
    assert_eq!(ran.outcome().get("headline"), Some("Cancellation"));
    assert_eq!(ran.model.log_lines().count(), 0);
}

#[test]
fn timeout_takes_what_comes_in_time() {
    for takes in ["0", "99", "100"] {
        let ran = run("timeout", &[("takes", takes), ("limit", "100")]);
        assert_eq!(ran.outcome().get("took ms"), Some(takes));
        assert_eq!((ran.end("work").0, ran.end("timer").0), (End::Completed, End::Dropped));
    }
}

#[test]
fn timeout_drops_work_that_is_late() {
    let ran = run("timeout", &[("takes", "101"), ("limit", "100")]);
    assert_eq!(ran.error(), "no answer within `100` ms");
    assert_eq!((ran.end("timer").0, ran.end("work").0), (End::Completed, End::Dropped));
    assert_eq!(ran.ended_ms("work"), 100, "it is dropped at once, not when it would have been done");
    assert_eq!(ran.model.log_lines().count(), 0, "nothing behind its `.await` runs");
}

#[test]
fn timeout_leaves_an_inner_error_what_it_is() {
    let ran = run("timeout", &[("answer", "error")]);
    assert_eq!(ran.error(), format!("the network failed: {BUSY}"));
    assert_eq!(ran.end("work"), (End::Failed, BUSY));
    assert_eq!(run("timeout", &[("answer", "error"), ("limit", "10")]).error(), "no answer within `10` ms");
}

#[test]
fn timeout_of_zero_takes_only_what_is_ready_at_once() {
    let ran = run("timeout", &[("limit", "0"), ("takes", "1")]);
    assert_eq!(ran.error(), "no answer within `0` ms");
    assert_eq!((ran.lanes("work").next().unwrap().polls, ran.ended_ms("main")), (1, 0));

    assert_eq!(run("timeout", &[("limit", "0"), ("takes", "0")]).outcome().get("took ms"), Some("0"));
}

#[test]
fn retry_goes_on_until_it_is_answered() {
    let ran = run("retry", &[("failing", "3")]);
    assert_eq!(ran.outcome().get("attempts"), Some("4"));
    let ends: Vec<_> = ran.lanes("attempt").map(|lane| lane.end.as_ref().unwrap().end).collect();
    assert_eq!(ends, [End::Failed, End::Failed, End::Failed, End::Completed]);

    assert_eq!(run("retry", &[("failing", "0")]).lanes("attempt").count(), 1);
}

#[test]
fn retry_doubles_its_pauses_up_to_the_ceiling() {
    let settings = [("failing", "6"), ("attempts", "7"), ("jitter", "0"), ("ceiling", "1000")];
    assert_eq!(run("retry", &settings).pauses_ms(), [100, 200, 400, 800, 1000, 1000]);
}

#[test]
fn retry_draws_its_jitter_from_the_seed() {
    let settings = [("failing", "5"), ("attempts", "6"), ("ceiling", "60000")];
    let mut different = std::collections::BTreeSet::new();
    for seed in 0..50 {
        let pauses = run_seeded("retry", &settings, seed).pauses_ms();
        assert_eq!(pauses, run_seeded("retry", &settings, seed).pauses_ms());
        for (pause, full) in pauses.iter().zip([100, 200, 400, 800, 1600]) {
            assert!((full / 2..=full).contains(pause), "{pauses:?}");
        }
        assert!(pauses.is_sorted(), "{pauses:?}");
        different.insert(pauses[0]);
    }
    assert!(different.len() > 20, "clients that fail together come back together: {different:?}");
}

#[test]
fn retry_does_not_repeat_what_can_never_succeed() {
    let ran = run("retry", &[("url", "data/9.json"), ("failing", "0")]);
    assert_eq!(ran.error(), "attempt `1` failed for good: `data/9.json` answered with status `404`");
    assert_eq!(ran.lanes("attempt").count(), 1);

    let ran = run("retry", &[("url", "data/9.json"), ("failing", "2"), ("attempts", "9")]);
    assert_eq!(ran.error(), "attempt `3` failed for good: `data/9.json` answered with status `404`");
    assert_eq!(ran.lanes("attempt").count(), 3);
}

#[test]
fn retry_gives_up_when_its_attempts_are_used_up() {
    for attempts in 1..=4 {
        let text = attempts.to_string();
        let ran = run("retry", &[("failing", "9"), ("attempts", &text)]);
        assert_eq!(ran.error(), format!("gave up after attempt `{attempts}`: {BUSY}"));
        assert_eq!(ran.lanes("attempt").count(), attempts);
        let end = ran.lanes("attempt").last().unwrap().end.as_ref().unwrap().moment.nanos;
        assert_eq!(end / 1_000_000, ran.ended_ms("main"), "there is no pause behind the last attempt");
    }
}

#[test]
fn retry_that_is_cancelled_in_a_pause_makes_no_further_attempt() {
    // The second attempt ends after 160 ms at the latest, the third begins after 210 ms at the earliest.
    for seed in 0..50 {
        let ran = run_seeded("retry", &[("patience", "200")], seed);
        assert_eq!(ran.error(), "cancelled after `200` ms and `2` attempts");
        assert_eq!((ran.end("retry").0, ran.ended_ms("retry")), (End::Dropped, 200));
        let ends: Vec<_> = ran.lanes("attempt").map(|lane| lane.end.as_ref().unwrap().end).collect();
        assert_eq!(ends, [End::Failed, End::Failed]);
    }
}

#[test]
fn retry_that_is_cancelled_in_an_attempt_drops_it() {
    let ran = run("retry", &[("patience", "10")]);
    assert_eq!(ran.error(), "cancelled after `10` ms and `1` attempts");
    assert_eq!((ran.end("attempt 1").0, ran.end("retry").0), (End::Dropped, End::Dropped));
}

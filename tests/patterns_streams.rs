//! The patterns about streams do what their pages say.
#![cfg(not(target_arch = "wasm32"))]

use wakeline::patterns::{self, Outcome, PatternError, Scene, Values};
use wakeline::runtime::{self, Config, Run};
use wakeline::timeline::{Lane, Model};
use wakeline::trace::{End, Level, NameId, Op, ResourceKind, RunEnd};

struct Ran {
    model: Model,
    output: Result<Outcome, PatternError>,
}

fn scene(id: &str, settings: &[(&str, &str)], seed: u64) -> Scene {
    let pattern = patterns::find(id).expect("the id is in the catalogue");
    let mut values = Values::defaults(pattern.params);
    for (name, text) in settings {
        values.set(name, text).expect("the setting is right");
    }
    Scene { values, seed, base: String::new() }
}

fn run_seeded(id: &str, settings: &[(&str, &str)], seed: u64) -> Ran {
    let pattern = patterns::find(id).expect("the id is in the catalogue");
    let mut run = Run::new(Config::default(), || (pattern.start)(scene(id, settings, seed)));
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

    #[track_caller]
    fn error(&self) -> String {
        self.output.as_ref().expect_err("the pattern fails").to_string()
    }

    #[track_caller]
    fn fact(&self, name: &str) -> &str {
        self.outcome().get(name).unwrap_or_else(|| panic!("there is no fact `{name}`"))
    }

    #[track_caller]
    fn number(&self, name: &str) -> u64 {
        self.fact(name).parse().expect("the fact is a number")
    }

    /// What happened on the lane of a stream: when in milliseconds, what, and the item's text.
    #[track_caller]
    fn marbles(&self, name: &str) -> Vec<(u64, Op, &str)> {
        let resource = self.model.resources().iter().find(|resource| resource.name == name);
        let resource = resource.unwrap_or_else(|| panic!("there is no stream `{name}`"));
        assert_eq!(resource.kind, ResourceKind::Stream);
        let ops = self.model.ops(resource.id);
        ops.map(|op| (op.moment.nanos / 1_000_000, op.op, self.model.text(NameId(op.detail)))).collect()
    }

    fn texts(&self, name: &str, of: Op) -> Vec<&str> {
        self.marbles(name).into_iter().filter(|(_, op, _)| *op == of).map(|(.., text)| text).collect()
    }

    #[track_caller]
    fn last(&self, name: &str) -> (u64, Op) {
        let (at, op, _) = *self.marbles(name).last().expect("the stream did something");
        (at, op)
    }

    #[track_caller]
    fn lane(&self, name: &str) -> &Lane {
        self.model.lanes().iter().find(|lane| lane.name == name).expect("there is such a lane")
    }

    #[track_caller]
    fn ended_ms(&self, name: &str) -> u64 {
        self.lane(name).end.as_ref().expect("the lane has ended").moment.nanos / 1_000_000
    }

    fn logged(&self, level: Level) -> Vec<(u64, &str)> {
        let lines = self.model.log_lines().filter(|line| line.level == level);
        lines.map(|line| (line.moment.nanos / 1_000_000, line.text)).collect()
    }
}

#[test]
fn stream_source_is_dropped_where_its_consumer_stops() {
    let ran = run("stream-source", &[("take", "3"), ("period", "20"), ("busy", "5")]);
    assert_eq!((ran.fact("taken"), ran.fact("made"), ran.fact("still open")), ("3", "3", "0"));
    let marbles: Vec<_> = ran.marbles("readings").into_iter().map(|(at, op, _)| (at, op)).collect();
    let out = |at| (at, Op::ItemOut);
    assert_eq!(marbles, [out(0), out(20), out(40), (45, Op::StreamDropped)]);
    assert_eq!(ran.logged(Level::Info), [(0, "the sensor is open"), (45, "the sensor is closed")]);
}

#[test]
fn stream_source_that_is_read_to_its_end_ends() {
    let ran = run("stream-source", &[("count", "4"), ("take", "9")]);
    assert_eq!((ran.fact("taken"), ran.fact("still open")), ("4", "0"));
    assert_eq!(ran.last("readings").1, Op::StreamEnded);
    assert_eq!(ran.logged(Level::Info)[1].1, "the sensor has no more readings");
}

#[test]
fn stream_source_does_nothing_until_it_is_asked() {
    let ran = run("stream-source", &[("take", "0")]);
    assert_eq!((ran.fact("opened"), ran.fact("made")), ("0", "0"));
    assert_eq!(ran.marbles("readings"), [(0, Op::StreamDropped, "")]);
}

#[test]
fn stream_source_keeps_the_pace_of_a_slow_consumer() {
    let ran = run("stream-source", &[("period", "20"), ("busy", "50"), ("count", "4"), ("take", "9")]);
    let out: Vec<_> = ran.marbles("readings").into_iter().filter(|(_, op, _)| *op == Op::ItemOut).collect();
    let times: Vec<_> = out.iter().map(|(at, ..)| *at).collect();
    assert_eq!(times, [0, 50, 100, 150], "one each time it asks, and none at once after");
}

#[test]
fn stream_map_filter_shows_for_each_item_what_became_of_it() {
    let ran = run("stream-map-filter", &[("readings", "40"), ("above", "20")]);
    let (input, dropped) =
        (ran.texts("filter: warm", Op::ItemIn), ran.texts("filter: warm", Op::ItemDropped));
    let kept = ran.texts("filter: warm", Op::ItemOut);
    assert_eq!(input.len(), 40);
    let degrees = |text: &str| text.trim_end_matches(" °C").parse::<i32>().unwrap();
    assert!(kept.iter().all(|text| degrees(text) > 20) && dropped.iter().all(|text| degrees(text) <= 20));
    assert_eq!(kept.len() + dropped.len(), 40);
    assert!(!kept.is_empty() && !dropped.is_empty());

    assert_eq!(ran.texts("map: °F", Op::ItemIn), kept, "what is dropped is not worked on");
    let fahrenheit: Vec<_> = kept.iter().map(|text| format!("{} °F", degrees(text) * 9 / 5 + 32)).collect();
    assert_eq!(ran.texts("map: °F", Op::ItemOut), fahrenheit);
    assert_eq!(ran.number("kept") as usize, kept.len());
    let hottest = fahrenheit.iter().max_by_key(|text| text[..text.len() - 4].trim().parse::<i32>().unwrap());
    assert_eq!(ran.fact("hottest"), hottest.unwrap());
}

#[test]
fn stream_map_filter_of_nothing_is_nothing() {
    for settings in [[("readings", "0"), ("above", "20")], [("readings", "9"), ("above", "40")]] {
        let ran = run("stream-map-filter", &settings);
        assert_eq!((ran.fact("kept"), ran.fact("hottest"), ran.fact("collected")), ("0", "none", ""));
        assert_eq!(ran.last("filter: warm").1, Op::StreamEnded);
        assert_eq!(ran.last("map: °F").1, Op::StreamEnded);
    }
}

#[test]
fn stream_chunks_end_with_a_short_one_unless_they_divide_evenly() {
    for (rows, size, sizes) in [("10", "4", "4, 4, 2"), ("8", "4", "4, 4"), ("3", "5", "3"), ("0", "4", "")] {
        let ran = run("stream-chunks", &[("rows", rows), ("size", size)]);
        assert_eq!((ran.fact("rows"), ran.fact("sizes")), (rows, sizes));
    }
    let chunks = run("stream-chunks", &[]);
    assert_eq!(chunks.texts("chunks", Op::ItemOut), ["[1, 2, 3, 4]", "[5, 6, 7, 8]", "[9, 10]"]);
    assert_eq!(chunks.texts("chunks", Op::ItemIn).len(), 10);
}

#[test]
fn stream_chunks_refuses_a_size_of_zero() {
    for patience in ["0", "20"] {
        assert_eq!(
            run("stream-chunks", &[("size", "0"), ("patience", patience)]).error(),
            "`size` is `0`: a chunk without room can hold nothing; use at least `1`"
        );
    }
}

#[test]
fn stream_chunks_keep_rows_waiting_unless_patience_has_an_end() {
    let slow = run("stream-chunks", &[]);
    assert!(slow.number("longest wait ms") >= 80, "rows before the pause wait for it to end");

    let ran = run("stream-chunks", &[("patience", "20")]);
    assert!(ran.number("longest wait ms") <= 20);
    assert_eq!(ran.fact("rows"), "10", "none is lost when the time is up");
    assert_eq!(ran.texts("chunks", Op::ItemOut), ["[1, 2, 3, 4]", "[5, 6]", "[7, 8, 9, 10]"]);

    let ran = run("stream-chunks", &[("patience", "1"), ("rows", "3")]);
    assert_eq!(ran.fact("sizes"), "1, 1, 1");
}

#[test]
fn stream_merge_takes_turns_and_says_whose_each_item_is() {
    let ready = [("left-every", "0"), ("right-every", "0"), ("left", "3"), ("right", "5")];
    let ran = run("stream-merge", &ready);
    assert_eq!(
        ran.fact("order"),
        "left 1, right 1, left 2, right 2, left 3, right 3, right 4, right 5",
        "they alternate, and the longer one goes on alone"
    );
    assert_eq!(ran.texts("merged", Op::ItemOut).join(", "), ran.fact("order"));
    let lanes = [ran.last("left").1, ran.last("right").1, ran.last("merged").1];
    assert_eq!(lanes, [Op::StreamEnded; 3]);
}

#[test]
fn stream_merge_with_a_fixed_order_starves_one_side() {
    let busy =
        [("left-every", "0"), ("right-every", "0"), ("left", "500"), ("right", "500"), ("most", "400")];
    let fair = run("stream-merge", &busy);
    assert_eq!((fair.fact("left"), fair.fact("right")), ("200", "200"));
    let starved = run("stream-merge", &[busy.as_slice(), &[("turns", "left first")]].concat());
    assert_eq!((starved.fact("left"), starved.fact("right")), ("400", "0"));
}

#[test]
fn stream_merge_outlives_the_end_of_one_side() {
    let ran = run("stream-merge", &[("left", "0")]);
    assert_eq!((ran.fact("left"), ran.fact("right")), ("0", "5"));
    let (left, right) = (ran.last("left"), ran.last("right"));
    assert_eq!((left.1, right.1), (Op::StreamEnded, Op::StreamEnded));
    assert!(left.0 < right.0);
}

#[test]
fn stream_merge_goes_on_without_a_side_that_fails_or_stops_and_drops_the_other() {
    let text = "the feed `left` broke off after `2` items";
    let ran = run("stream-merge", &[("fails", "left")]);
    assert_eq!((ran.fact("left"), ran.fact("right")), ("2", "5"));
    assert_eq!(ran.texts("left", Op::ItemFailed), [text]);
    assert_eq!(ran.logged(Level::Warn), [(20, &*format!("{text}, the other side goes on"))]);

    let ran = run("stream-merge", &[("fails", "left"), ("on-error", "stop")]);
    assert_eq!(ran.error(), text);
    assert_eq!(ran.last("right"), (20, Op::StreamDropped), "the side that was well goes too, at once");
    assert_eq!(ran.last("merged").1, Op::StreamDropped);

    let ran = run("stream-merge", &[("fails", "both")]);
    assert_eq!((ran.fact("left"), ran.fact("right")), ("2", "2"));
}

#[test]
fn stream_buffer_gives_the_same_answers_in_two_orders() {
    for seed in 0..30 {
        let ran = run_seeded("stream-buffer", &[("requests", "9")], seed);
        let all = "1, 2, 3, 4, 5, 6, 7, 8, 9";
        assert_eq!(ran.fact("ordered"), all);
        assert_ne!(ran.fact("unordered"), all, "the first request is the slowest");
        let mut sorted: Vec<_> = ran.fact("unordered").split(", ").collect();
        sorted.sort_unstable();
        assert_eq!(sorted.join(", "), all);
        assert!(ran.number("ordered done ms") >= ran.number("unordered done ms"));
    }
}

#[test]
fn stream_buffer_holds_answers_back_behind_a_slow_head() {
    let ran = run("stream-buffer", &[("slow", "100"), ("latency", "20"), ("spread", "0"), ("limit", "3")]);
    // 2 and 3 are there after 20 ms, and leave with 1 after 100. Only then is there room for 4.
    assert_eq!((ran.ended_ms("ordered 2"), ran.ended_ms("ordered 3")), (20, 20));
    let out: Vec<_> = ran.marbles("buffered").into_iter().filter(|(_, op, _)| *op == Op::ItemOut).collect();
    assert_eq!(out[..3], [(100, Op::ItemOut, "1"), (100, Op::ItemOut, "2"), (100, Op::ItemOut, "3")]);
    assert_eq!(ran.lane("ordered 4").spawned.nanos, 100_000_000);
    assert_eq!((ran.number("ordered held back ms"), ran.number("ordered most held")), (80, 2));
    assert_eq!(ran.number("ordered done ms"), 120);

    assert_eq!(ran.fact("unordered"), "2, 3, 4, 5, 6, 1");
    assert_eq!(ran.lane("unordered 4").spawned.nanos, 20_000_000);
    assert_eq!((ran.number("unordered held back ms"), ran.number("unordered most held")), (0, 0));
    assert_eq!(ran.number("unordered done ms"), 100);
}

#[test]
fn stream_buffer_never_exceeds_its_limit_and_refuses_none() {
    for limit in ["1", "2", "5"] {
        let ran = run("stream-buffer", &[("limit", limit), ("requests", "12")]);
        for group in ["ordered ", "unordered "] {
            let lanes: Vec<_> =
                ran.model.lanes().iter().filter(|lane| lane.name.starts_with(group)).collect();
            assert_eq!(lanes.len(), 12);
            for lane in &lanes {
                let at = lane.spawned.order;
                let ended = |lane: &&&Lane| lane.end.as_ref().unwrap().moment.order > at;
                let under_way = lanes.iter().filter(|one| one.spawned.order <= at).filter(ended).count();
                assert!(under_way <= limit.parse().unwrap(), "{limit}");
                assert_eq!(lane.end.as_ref().unwrap().end, End::Completed);
            }
        }
    }
    assert_eq!(
        run("stream-buffer", &[("limit", "0")]).error(),
        "`limit` is `0`: nothing could ever run; use at least `1`"
    );
}

#[cfg(feature = "native")]
#[test]
fn streams_are_the_same_on_several_threads() {
    use wakeline::runtime::tokio::{self, Flavor};
    use wakeline::trace::Recorder;

    for threads in [1, 4] {
        let get = |id, settings: &[(&str, &str)], name: &str| {
            let start = || (patterns::find(id).unwrap().start)(scene(id, settings, 7));
            let run = tokio::run(Flavor::MultiThread(threads), Recorder::new(1 << 16), start).unwrap();
            assert_eq!(run.end, RunEnd::Finished);
            let outcome = run.output.expect("nothing panicked").expect("the pattern succeeds");
            outcome.get(name).expect("there is such a fact").to_owned()
        };
        assert_eq!(get("stream-source", &[("take", "3"), ("period", "2")], "still open"), "0");
        let simulated = run("stream-map-filter", &[]);
        assert_eq!(get("stream-map-filter", &[("period", "1")], "collected"), simulated.fact("collected"));
        assert_eq!(get("stream-chunks", &[("pause", "5")], "sizes"), "4, 4, 2");
        let ready = [("left-every", "0"), ("right-every", "0"), ("left", "2"), ("right", "1")];
        assert_eq!(get("stream-merge", &ready, "order"), "left 1, right 1, left 2");
        assert_eq!(get("stream-buffer", &[], "ordered"), "1, 2, 3, 4, 5, 6");
    }
}

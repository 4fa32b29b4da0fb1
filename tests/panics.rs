//! A panic ends its own task and no other, here and in the browser, with the same words.

use std::time::Duration;

use wakeline::formats::text;
use wakeline::runtime::{Config, FutureExt, JoinError, Progress, Run, catches_panics, sleep, spawn};
use wakeline::timeline::Model;
use wakeline::trace::{End, RunEnd};

/// What a printer says that cannot go on, and where it does.
const NO_INK: &str = "out of ink after 2 pages (panics.rs:17)";

async fn print(pages: u32) -> u32 {
    for page in 0..pages {
        sleep(Duration::from_millis(10)).await;
        // The line that the tests expect.
        assert!(page < 2, "out of ink after {page} pages");
    }
    pages
}

/// What came of the two tasks, and the run's trace.
struct Outcome {
    fails: Result<u32, JoinError>,
    prints: Result<u32, JoinError>,
    model: Model,
}

fn run() -> Outcome {
    let mut run = Run::new(Config::default(), || {
        Box::pin(async {
            let fails = spawn(print(5).named("tray"));
            let prints = spawn(print(2));
            (fails.await, prints.await)
        })
    });
    let end = loop {
        match run.run(1000) {
            Progress::Ended(end) => break end,
            Progress::Polled(_) => {}
            Progress::Waiting(_) => assert!(run.advance(), "only timers are waited for"),
        }
    };
    assert_eq!(end, RunEnd::Finished, "the run goes on to its end");
    let (fails, prints) = run.take_output().expect("it finished").expect("the first task did not panic");
    let mut model = Model::new();
    model.apply(&run.take_frame());
    Outcome { fails, prints, model }
}

fn a_panic_ends_its_own_task() {
    let Outcome { fails, prints, model } = run();
    let error = fails.expect_err("it ran out of ink");
    assert!(error.is_panic() && !error.is_cancelled());
    assert_eq!(
        error.to_string(),
        "task 3 panicked with `out of ink after 2 pages` (panics.rs:17)",
        "the error says what and where"
    );
    let payload = error.try_into_panic().expect("it is a panic");
    assert_eq!(payload.downcast_ref::<String>().map(String::as_str), Some("out of ink after 2 pages"));
    assert_eq!(prints.expect("the other task is done"), 2);

    let ended = |end| {
        let lanes = model.lanes().iter().filter_map(|lane| lane.end);
        lanes
            .filter(|lane| lane.end == end)
            .map(|lane| model.text(lane.message).to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(ended(End::Panicked), [NO_INK, NO_INK], "the task and the future within it");
    assert_eq!(ended(End::Completed), ["", ""], "the first task and the other one");
    let told = text::events(&model);
    assert!(told.contains(&format!("panicked: {NO_INK}")), "{told}");
}

/// Runs twice, so that what a panic leaves behind would show.
fn the_next_run_starts_afresh() {
    let (first, second) = (run(), run());
    assert!(!catches_panics(), "outside of a task a panic is not caught");
    assert_eq!(text::events(&first.model), text::events(&second.model));
}

/// Lets what the task held go, as any other end does.
fn what_the_task_held_is_released() {
    let (sender, receiver) = async_channel::bounded::<u32>(1);
    let mut run = Run::new(Config::default(), || {
        Box::pin(async move {
            let sends = spawn(async move {
                sender.send(1).await.expect("there is room");
                let more = sender.send(2);
                assert!(more.await.is_err(), "nobody takes the second");
            });
            let got = (receiver.recv().await, receiver.recv().await);
            let end = receiver.recv().await;
            (got, end.is_err(), sends.await.is_err_and(|error| error.is_panic()))
        })
    });
    while let Progress::Polled(_) = run.run(1000) {}
    let (got, closed, panicked) = run.take_output().expect("it finished").expect("it did not panic");
    assert_eq!(got, (Ok(1), Ok(2)));
    assert!(closed, "the sender went with its task");
    assert!(panicked);
}

#[cfg(not(target_arch = "wasm32"))]
mod native {
    #[test]
    fn a_panic_ends_its_own_task() {
        super::a_panic_ends_its_own_task();
    }

    #[test]
    fn the_next_run_starts_afresh() {
        super::the_next_run_starts_afresh();
    }

    #[test]
    fn what_the_task_held_is_released() {
        super::what_the_task_held_is_released();
    }
}

/// Without a standard library that unwinds, the first of them would end the page of all tests.
#[cfg(target_arch = "wasm32")]
mod browser {
    use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

    wasm_bindgen_test_configure!(run_in_browser);

    #[wasm_bindgen_test]
    #[cfg_attr(
        not(panic = "unwind"),
        ignore = "a panic ends everything here; `cargo xtask test` builds what unwinds"
    )]
    fn a_panic_ends_its_own_task() {
        super::a_panic_ends_its_own_task();
    }

    #[wasm_bindgen_test]
    #[cfg_attr(
        not(panic = "unwind"),
        ignore = "a panic ends everything here; `cargo xtask test` builds what unwinds"
    )]
    fn the_next_run_starts_afresh() {
        super::the_next_run_starts_afresh();
    }

    #[wasm_bindgen_test]
    #[cfg_attr(
        not(panic = "unwind"),
        ignore = "a panic ends everything here; `cargo xtask test` builds what unwinds"
    )]
    fn what_the_task_held_is_released() {
        super::what_the_task_held_is_released();
    }
}

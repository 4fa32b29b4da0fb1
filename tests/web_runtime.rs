//! Runs in the browser: driven by the page's event loop, woken by promises and by its timers.
#![cfg(target_arch = "wasm32")]

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;

use gloo_timers::callback::Interval;
use wakeline::patterns::{CATALOGUE, Scene, Values};
use wakeline::runtime::browser::{SLICE_MILLIS, drive, now_millis, time_source};
use wakeline::runtime::{Clock, Config, Instant, MaybeSend, Run, io, sleep, spawn, timeout, yield_now};
use wakeline::trace::{Event, RunEnd, WakeCause};
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

fn real() -> Config {
    Config { clock: Clock::Real, time_source: time_source(), ..Config::default() }
}

async fn finish<T: MaybeSend + 'static>(run: Run<T>) -> (T, Vec<Event>) {
    let run = Rc::new(RefCell::new(run));
    let mut events = Vec::new();
    let frames = Rc::new(RefCell::new(&mut events));
    let end = drive(Rc::clone(&run), |run| {
        frames.borrow_mut().extend(run.take_frame().events);
        true
    })
    .await;
    assert_eq!(end, Some(RunEnd::Finished));
    let output = run.borrow_mut().take_output();
    let output = output.expect("a finished run has an output").expect("nobody aborts the first task");
    (output, events)
}

fn promise(millis: u32) -> JsFuture {
    let promise = js_sys::Promise::new(&mut |resolve, _| {
        gloo_timers::callback::Timeout::new(millis, move || {
            resolve.call0(&wasm_bindgen::JsValue::NULL).expect("a resolver can be called");
        })
        .forget();
    });
    JsFuture::from(promise)
}

#[wasm_bindgen_test]
async fn every_pattern_runs_on_the_event_loop() {
    for pattern in CATALOGUE {
        let scene = Scene { values: Values::defaults(pattern.params), seed: 7, base: String::new() };
        let (output, _) = finish(Run::new(Config::default(), || (pattern.start)(scene))).await;
        assert!(output.is_ok(), "{} ends in {output:?}", pattern.id);
    }
}

#[wasm_bindgen_test]
async fn real_time_waits_as_long_as_it_says() {
    let start = now_millis();
    let run = Run::new(real(), || {
        Box::pin(async {
            let task = spawn(sleep(Duration::from_millis(30)));
            sleep(Duration::from_millis(50)).await;
            assert!(task.is_finished());
            Instant::now()
        })
    });
    let (end, _) = finish(run).await;
    assert!(now_millis() - start >= 49.9);
    assert!(end.as_nanos() >= 50_000_000);
}

#[wasm_bindgen_test]
async fn a_promise_wakes_the_run_from_outside_and_virtual_time_waits_for_it() {
    let run = Run::new(Config::default(), || {
        Box::pin(async {
            let answer = timeout(Duration::from_millis(5), io("promise", promise(40))).await;
            (answer.is_ok(), Instant::now().as_nanos())
        })
    });
    let ((answered, nanos), events) = finish(run).await;
    assert!(answered, "the simulated timer must not overtake the real promise");
    assert_eq!(nanos, 0);
    let from_outside = |event: &&Event| matches!(event, Event::Woken { cause: WakeCause::External, .. });
    assert_eq!(events.iter().filter(from_outside).count(), 1);
}

#[wasm_bindgen_test]
async fn a_busy_run_leaves_the_page_its_turns() {
    let turns = Rc::new(Cell::new(0));
    let interval = Interval::new(1, {
        let turns = Rc::clone(&turns);
        move || turns.set(turns.get() + 1)
    });
    let until = now_millis() + SLICE_MILLIS * 10.0;
    let run = Run::new(Config::default(), move || {
        Box::pin(async move {
            while now_millis() < until {
                yield_now().await;
            }
        })
    });
    finish(run).await;
    drop(interval);
    assert!(turns.get() >= 3, "the page had {} turns in ten slices", turns.get());
}

#[wasm_bindgen_test]
async fn a_driver_goes_away_when_it_is_told_to_and_drops_nothing() {
    let dropped = Rc::new(Cell::new(false));
    struct Note(Rc<Cell<bool>>);
    impl Drop for Note {
        fn drop(&mut self) {
            self.0.set(true);
        }
    }
    let note = Note(Rc::clone(&dropped));
    let run = Run::new(Config::default(), move || {
        Box::pin(async move {
            let _note = note;
            io("for ever", std::future::pending::<()>()).await;
        })
    });
    let run = Rc::new(RefCell::new(run));
    assert_eq!(drive(Rc::clone(&run), |_| false).await, None);
    assert!(!dropped.get());
    drop(run);
    assert!(dropped.get(), "dropping the run drops its futures");
}

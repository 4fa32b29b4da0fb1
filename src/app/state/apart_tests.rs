//! An engine that is apart: its answers come late, or not at all.

use std::any::Any;
use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::Rc;

use super::*;
use crate::app::engine::{Inbox, Incoming, Port, Request, Server, Surroundings};
use crate::app::link::Link;
use crate::trace::RunEnd;

thread_local! {
    /// How much memory is in use.
    static MEMORY: Cell<u64> = const { Cell::new(0) };
}

/// A question on its way.
type Posted = (Rc<RefCell<Server>>, Inbox, u64, Request);

/// What a test decides about the engines.
#[derive(Default)]
struct Bench {
    /// What was sent and not answered yet.
    post: RefCell<VecDeque<Posted>>,
    now: Cell<f64>,
    engines: Cell<u32>,
    alive: Cell<u32>,
    is_refused: Cell<bool>,
}

struct Late {
    bench: Rc<Bench>,
    server: Rc<RefCell<Server>>,
    inbox: Inbox,
}

impl Port for Late {
    fn post(&mut self, number: u64, request: Request) {
        let item = (Rc::clone(&self.server), self.inbox.clone(), number, request);
        self.bench.post.borrow_mut().push_back(item);
    }
}

impl Drop for Late {
    fn drop(&mut self) {
        self.bench.alive.set(self.bench.alive.get() - 1);
        self.bench.post.borrow_mut().retain(|(server, ..)| !Rc::ptr_eq(server, &self.server));
    }
}

fn surroundings(bench: &Rc<Bench>) -> Surroundings {
    let bench = Rc::clone(bench);
    let drive = |_, _| Box::new(()) as Box<dyn Any>;
    Surroundings { wall: Rc::new(move || bench.now.get()), drive, memory: || MEMORY.get() }
}

fn apart(fragment: &str) -> (State, Rc<Bench>) {
    let bench = Rc::new(Bench::default());
    let mut host = Host::alone(String::new(), surroundings(&bench));
    let maker = Rc::clone(&bench);
    host.connect = Rc::new(move |inbox: Inbox| {
        maker.engines.set(maker.engines.get() + 1);
        maker.alive.set(maker.alive.get() + 1);
        let server = Server::shared(surroundings(&maker), |_| {});
        if maker.is_refused.get() {
            inbox.put(Incoming::Failed("refused".to_owned()));
        }
        Some(Box::new(Late { bench: Rc::clone(&maker), server, inbox }) as Box<dyn Port>)
    });
    let mut state = State::new(host);
    state.open_link(&Link::parse(fragment));
    (state, bench)
}

impl Bench {
    /// Lets what was sent arrive, be answered, and the answers arrive.
    fn deliver(&self, state: &mut State) {
        while let Some((server, inbox, number, request)) = { self.post.borrow_mut().pop_front() } {
            let reply = server.borrow_mut().answer(number, request);
            inbox.put(Incoming::Reply(Box::new(reply)));
            state.arrived();
        }
    }

    fn watch(&self, state: &mut State) -> f64 {
        let mut frames = 0;
        while state.needs_frames() {
            self.now.set(self.now.get() + 1000.0 / 60.0);
            state.frame(1.0 / 60.0);
            self.deliver(state);
            frames += 1;
            assert!(frames < 100_000, "it never stands: {state:?}");
        }
        f64::from(frames) / 60.0
    }

    /// Lets the present engine say something of its own accord.
    fn say(&self, state: &mut State, incoming: Incoming) {
        let inbox = self.post.borrow().back().map(|(_, inbox, ..)| inbox.clone()).expect("it was asked");
        inbox.put(incoming);
        state.arrived();
    }

    /// Lets time pass without an answer.
    fn wait(&self, state: &mut State, millis: f64) {
        let until = self.now.get() + millis;
        while self.now.get() < until {
            self.now.set(self.now.get() + 10.0);
            state.frame(0.01);
        }
    }
}

#[test]
fn late_answers_make_no_difference_to_what_is_seen() {
    for pattern in patterns::CATALOGUE {
        let (mut late, bench) = apart(pattern.id);
        assert!(late.is_starting());
        late.apply(Command::Run);
        let seconds = bench.watch(&mut late);
        assert!((3.0..=8.5).contains(&seconds), "{} lasts {seconds} s", pattern.id);
        let mut here = super::tests::at(pattern.id);
        here.apply(Command::Run);
        super::tests::watch(&mut here);
        assert_eq!((late.phase(), late.output()), (here.phase(), here.output()), "{}", pattern.id);
        assert!(*late.view.model() == *here.view.model(), "{}", pattern.id);
        assert_eq!(late.look.playhead, here.look.playhead, "{}", pattern.id);
    }
}

#[test]
fn steps_that_are_asked_for_before_there_is_a_run_are_made() {
    let (mut state, bench) = apart("join-set");
    state.apply(Command::StepForward);
    bench.deliver(&mut state);
    assert_eq!((state.client.status().polls, state.is_starting()), (1, false));
    for polls in 2..=4 {
        state.apply(Command::StepForward);
        bench.deliver(&mut state);
        assert_eq!(state.client.status().polls, polls);
    }
    let end = state.look.playhead;
    state.apply(Command::StepBack);
    assert!(state.look.playhead < end);
    state.apply(Command::NextEvent);
    state.apply(Command::Last);
    bench.watch(&mut state);
    assert_eq!(state.phase(), Phase::Ended);
}

#[test]
fn the_latest_setup_is_the_one_that_is_seen() {
    let (mut state, bench) = apart("race");
    state.apply(Command::Last);
    bench.watch(&mut state);
    let before = state.look.now_nanos;
    for fast in ["50", "55", "60"] {
        state.apply(Command::SetParam { name: "fast", text: fast.to_owned() });
    }
    bench.watch(&mut state);
    assert_eq!((state.phase(), state.look.now_nanos), (Phase::Ended, before + 20_000_000));
}

#[test]
fn a_pause_holds_though_an_answer_is_on_its_way() {
    let (mut state, bench) = apart("race");
    bench.deliver(&mut state);
    state.apply(Command::Run);
    for _ in 0..90 {
        state.frame(1.0 / 60.0);
        bench.deliver(&mut state);
    }
    state.frame(1.0 / 60.0);
    state.apply(Command::Pause);
    let playhead = state.look.playhead;
    bench.deliver(&mut state);
    assert_eq!((state.phase(), state.look.playhead), (Phase::Paused, playhead));
}

#[test]
fn a_run_that_does_not_come_back_is_told_of_and_ended_by_stop() {
    let (mut state, bench) = apart("race");
    bench.deliver(&mut state);
    state.apply(Command::Run);
    state.frame(0.016);
    bench.wait(&mut state, 600.0);
    let notice = state.notice.clone().expect("the reader is told");
    assert!(notice.is_problem && notice.text.contains("does not come back"), "{notice:?}");
    assert!(state.can_stop());

    state.apply(Command::Stop);
    bench.wait(&mut state, 100.0);
    assert_eq!((state.phase(), state.report.end), (Phase::Failed, Some(RunEnd::Killed)));
    assert!(state.report.limit.as_ref().is_some_and(|why| why.contains("had not come back for")));
    assert_eq!(bench.alive.get(), 0, "its engine is gone");
    assert!(!state.needs_frames());

    state.apply(Command::Restart);
    bench.watch(&mut state);
    assert_eq!((state.phase(), bench.engines.get()), (Phase::Ended, 2));
}

#[test]
fn a_run_in_real_time_that_does_not_come_back_can_be_stopped_too() {
    let (mut state, bench) = apart("race?clock=real");
    bench.deliver(&mut state);
    state.apply(Command::Run);
    bench.deliver(&mut state);
    assert!(!state.can_stop(), "nothing was polled yet");
    bench.wait(&mut state, 300.0);
    assert!(state.can_stop());
    state.apply(Command::Stop);
    bench.wait(&mut state, 100.0);
    assert_eq!((state.phase(), state.report.end), (Phase::Failed, Some(RunEnd::Killed)));
}

#[test]
fn another_pattern_does_not_wait_for_a_run_that_does_not_come_back() {
    let (mut state, bench) = apart("race");
    bench.deliver(&mut state);
    state.apply(Command::Run);
    state.frame(0.016);
    bench.wait(&mut state, 200.0);
    state.apply(Command::Open { id: "bounded" });
    bench.watch(&mut state);
    assert_eq!((bench.engines.get(), bench.alive.get(), state.phase()), (2, 1, Phase::Ready));
}

#[test]
fn a_run_that_cannot_be_rehearsed_in_time_begins_without() {
    let (mut state, bench) = apart("race");
    bench.deliver(&mut state);
    state.apply(Command::Restart);
    bench.wait(&mut state, 3_100.0);
    assert_eq!(bench.engines.get(), 2);
    bench.deliver(&mut state);
    assert!(!state.is_starting() && state.expected_lanes() == 0);
}

#[test]
fn an_engine_that_is_there_is_never_replaced_by_the_page() {
    let (mut state, bench) = apart("race");
    bench.say(&mut state, Incoming::Ready);
    bench.wait(&mut state, 3_100.0);
    bench.say(&mut state, Incoming::Ready);
    bench.wait(&mut state, 20_000.0);
    assert_eq!((bench.engines.get(), bench.alive.get()), (2, 1), "without a rehearsal, and apart");
    bench.deliver(&mut state);
    state.apply(Command::Run);
    state.frame(0.016);
    bench.wait(&mut state, 20_000.0);
    assert!(state.notice.clone().is_some_and(|notice| notice.text.contains("does not come back")));
    assert_eq!((bench.engines.get(), bench.alive.get()), (2, 1));
}

#[test]
fn run_that_is_pressed_while_nothing_comes_back_yet_counts() {
    let (mut state, bench) = apart("race");
    bench.say(&mut state, Incoming::Ready);
    state.apply(Command::Run);
    bench.wait(&mut state, 3_100.0);
    assert_eq!((state.phase(), bench.engines.get()), (Phase::Running, 2));
    assert_eq!(state.notice, None, "it is another engine that was silent");
    bench.watch(&mut state);
    assert_eq!(state.phase(), Phase::Ended);
}

#[test]
fn what_breaks_an_engine_beforehand_is_left_for_the_reader_to_see() {
    let (mut state, bench) = apart("race");
    bench.say(&mut state, Incoming::Ready);
    bench.say(&mut state, Incoming::Failed("panicked".to_owned()));
    bench.deliver(&mut state);
    assert_eq!((state.phase(), bench.engines.get()), (Phase::Ready, 2));
    state.apply(Command::Run);
    state.frame(0.016);
    bench.say(&mut state, Incoming::Failed("panicked".to_owned()));
    assert_eq!(state.report.limit.as_deref(), Some("its engine failed: panicked"));
}

#[test]
fn a_run_that_took_all_memory_leaves_the_next_one_another() {
    let (mut state, bench) = apart("race");
    bench.deliver(&mut state);
    MEMORY.set(crate::app::engine::MAX_MEMORY + 1);
    state.apply(Command::Run);
    bench.watch(&mut state);
    assert_eq!((state.phase(), bench.engines.get()), (Phase::Failed, 1));
    assert!(state.report.limit.clone().is_some_and(|why| why.contains("768 MiB")));
    MEMORY.set(0);
    state.apply(Command::Restart);
    bench.watch(&mut state);
    assert_eq!((state.phase(), bench.engines.get(), bench.alive.get()), (Phase::Ended, 2, 1));
}

#[test]
fn an_engine_that_breaks_ends_the_run_and_says_why() {
    let (mut state, bench) = apart("race");
    bench.deliver(&mut state);
    state.apply(Command::Run);
    state.frame(0.016);
    let inbox = bench.post.borrow().front().map(|(_, inbox, ..)| inbox.clone()).expect("it was asked");
    inbox.put(Incoming::Failed("memory access out of bounds".to_owned()));
    state.arrived();
    assert_eq!(state.report.end, Some(RunEnd::Killed));
    assert_eq!(state.report.limit.as_deref(), Some("its engine failed: memory access out of bounds"));
    state.apply(Command::Restart);
    bench.watch(&mut state);
    assert_eq!(state.phase(), Phase::Ended);
}

#[test]
fn where_there_are_no_engines_apart_the_page_does_it_by_itself() {
    let (mut state, bench) = apart("race");
    bench.is_refused.set(true);
    state.client.disconnect();
    state.apply(Command::Restart);
    bench.watch(&mut state);
    assert_eq!((state.phase(), bench.alive.get()), (Phase::Ended, 0));
    state.apply(Command::Restart);
    super::tests::watch(&mut state);
    assert_eq!((state.phase(), bench.engines.get()), (Phase::Ended, 2), "it was tried once");
}

#[test]
fn what_was_asked_for_before_an_engine_failed_is_done_by_the_page() {
    for asked in ["race?at=20ms", "race"] {
        let (mut state, bench) = apart(asked);
        bench.is_refused.set(true);
        state.client.disconnect();
        state.renew();
        if asked == "race" {
            state.apply(Command::StepForward);
        } else {
            state.apply(Command::SeekTime("20ms".to_owned()));
        }
        state.arrived();
        bench.watch(&mut state);
        assert!(state.client.status().polls > 0, "{asked}");
        assert_eq!(state.phase(), Phase::Paused, "{asked}");
    }
}

#[test]
fn schedules_are_tried_apart() {
    let (mut state, bench) = apart("race?fails=both");
    state.apply(Command::Explore);
    bench.watch(&mut state);
    let notice = state.notice.clone().expect("it tells what came of it");
    assert!(notice.text.contains("500 of 500 schedules go wrong."), "{notice:?}");
}

#[test]
fn stop_is_heard_apart() {
    let (mut state, bench) = apart("drain");
    state.apply(Command::SeekTime("60ms".to_owned()));
    bench.watch(&mut state);
    state.apply(Command::Stop);
    bench.watch(&mut state);
    assert_eq!((state.phase(), state.client.status().ended), (Phase::Ended, Some(RunEnd::Finished)));

    let (mut state, bench) = apart("join-set");
    state.apply(Command::SeekTime("10ms".to_owned()));
    bench.watch(&mut state);
    state.apply(Command::Stop);
    bench.watch(&mut state);
    assert_eq!((state.look.now_nanos, state.client.status().ended), (10_000_000, Some(RunEnd::Stopped)));
}

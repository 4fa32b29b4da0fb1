// Runs a program with the names that `api` brings into scope. Included once for each runtime.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures::future::BoxFuture;
use futures::{FutureExt as _, select_biased};

use program::{Body, Missed, Op, SetEnd, SetProgram};
use world::{Guard, Leaf, Probe, World};

struct Shared {
    world: Arc<World>,
    start: api::Instant,
    aborts: Mutex<Vec<api::AbortHandle>>,
}

impl Shared {
    fn millis(&self) -> u64 {
        u64::try_from((api::Instant::now() - self.start).as_millis()).unwrap()
    }

    fn line(&self, text: &str) {
        self.world.line(self.millis(), text);
    }
}

/// Says when the future it lies in is dropped.
struct Told {
    shared: Arc<Shared>,
    guard: Guard,
}

impl Drop for Told {
    fn drop(&mut self) {
        if !self.shared.world.over.load(std::sync::atomic::Ordering::SeqCst) {
            self.shared.line(&format!("drop {}", self.guard.number()));
        }
    }
}

/// Returns the future of the first task.
pub fn main(world: Arc<World>, program: Body) -> BoxFuture<'static, ()> {
    async move {
        let shared = Arc::new(Shared {
            world: Arc::clone(&world),
            start: api::Instant::now(),
            aborts: Mutex::default(),
        });
        // The first task's own panic would end the comparison early.
        let body = std::panic::AssertUnwindSafe(body(&shared, program)).catch_unwind().await;
        shared.line(if body.is_ok() { "main over" } else { "main panicked" });
        world.over.store(true, std::sync::atomic::Ordering::SeqCst);
    }
    .boxed()
}

fn body(shared: &Arc<Shared>, program: Body) -> BoxFuture<'static, usize> {
    let told = Told { shared: Arc::clone(shared), guard: shared.world.guard() };
    let probe = shared.world.guard();
    let shared = Arc::clone(shared);
    Probe::new(
        async move {
            let number = told.guard.number();
            let mut handles = Vec::new();
            for (step, op) in program.into_iter().enumerate() {
                shared.line(&format!("{number}.{step}"));
                run(&shared, op, &mut handles).await;
            }
            number
        },
        probe,
    )
    .boxed()
}

type Handles = Vec<(usize, api::JoinHandle<usize>)>;

async fn run(shared: &Arc<Shared>, op: Op, handles: &mut Handles) {
    let world = &shared.world;
    match op {
        Op::Sleep(millis) => sleep(shared, millis).await,
        Op::Yield => {
            let _waits = world.waits(Leaf::Yield);
            api::yield_now().await;
        }
        Op::Work(millis) => api::work(Duration::from_millis(millis)),
        Op::Spawn(program) => handles.push(spawn(shared, program)),
        Op::SpawnMany(count, program) => {
            for _ in 0..count {
                handles.push(spawn(shared, program.clone()));
            }
        }
        Op::Join(which) => {
            if !handles.is_empty() {
                let (number, handle) = handles.remove(which % handles.len());
                let waits = world.waits(Leaf::Task(number));
                let joined = handle.await;
                drop(waits);
                shared.line(&format!("joined {number}: {}", joined_text(joined)));
            }
        }
        Op::DropHandle(which) => {
            if !handles.is_empty() {
                drop(handles.remove(which % handles.len()));
            }
        }
        Op::IsFinished(which) => {
            if !handles.is_empty() {
                let (number, handle) = &handles[which % handles.len()];
                shared.line(&format!("finished {number}: {}", handle.is_finished()));
            }
        }
        Op::Abort(which) => {
            let abort = {
                let aborts = shared.aborts.lock().unwrap();
                if aborts.is_empty() { None } else { Some(aborts[which % aborts.len()].clone()) }
            };
            if let Some(abort) = abort {
                abort.abort();
            }
        }
        Op::Set(program) => set(shared, program).await,
        Op::Timeout(millis, program) => {
            let future = body(shared, program);
            let answer = api::timeout(Duration::from_millis(millis), future).await;
            shared.line(if answer.is_ok() { "in time" } else { "timed out" });
        }
        Op::Race(a, b) => {
            let mut a = api::named(body(shared, a), "a").fuse();
            let mut b = api::named(body(shared, b), "b").fuse();
            let won = select_biased! {
                number = a => number,
                number = b => number,
            };
            shared.line(&format!("won {won}"));
        }
        Op::Both(a, b) => {
            let (a, b) = futures::join!(api::named(body(shared, a), "a"), api::named(body(shared, b), "b"));
            shared.line(&format!("both {a} {b}"));
        }
        Op::Interval { period, ticks, late, missed } => {
            let mut interval = api::interval(Duration::from_millis(period));
            interval.set_missed_tick_behavior(match missed {
                Missed::Burst => api::MissedTickBehavior::Burst,
                Missed::Delay => api::MissedTickBehavior::Delay,
                Missed::Skip => api::MissedTickBehavior::Skip,
            });
            for tick in 0..ticks {
                let due = interval.tick().await;
                let due = (due - shared.start).as_millis();
                shared.line(&format!("tick {tick} due {due}"));
                if tick == 1 {
                    sleep(shared, late).await;
                }
            }
        }
        Op::Wait(signal) => {
            let _waits = world.waits(Leaf::Signal(signal));
            world.signal(signal).wait().await;
        }
        Op::Set1(signal) => world.signal(signal).set(),
        Op::Clear(signal) => world.signal(signal).clear(),
        Op::Panic => panic!("{}", super::PLANNED),
        Op::Catch(program) => {
            let future = api::named(body(shared, program), "caught");
            let caught = std::panic::AssertUnwindSafe(future).catch_unwind().await;
            shared.line(if caught.is_ok() { "no panic" } else { "caught" });
        }
        Op::Outside => {
            let _waits = world.waits(Leaf::Outside);
            api::io(world.ask_outside()).await;
        }
    }
}

async fn sleep(shared: &Shared, millis: u64) {
    let deadline_millis = shared.millis() + millis;
    let _waits = shared.world.waits(Leaf::Timer { deadline_millis });
    api::sleep(Duration::from_millis(millis)).await;
    let now = shared.millis();
    if now < deadline_millis {
        shared.world.violation(format!("a sleep until {deadline_millis} was over at {now}"));
    }
}

fn spawn(shared: &Arc<Shared>, program: Body) -> (usize, api::JoinHandle<usize>) {
    let mut aborts = shared.aborts.lock().unwrap();
    let handle = api::spawn(body(shared, program));
    aborts.push(handle.abort_handle());
    (aborts.len(), handle)
}

fn joined_text(joined: Result<usize, api::JoinError>) -> String {
    match joined {
        Ok(number) => format!("ok {number}"),
        Err(error) if error.is_cancelled() => "cancelled".to_owned(),
        Err(error) => {
            let payload = error.try_into_panic().unwrap_or_else(|_| panic!("neither cancelled nor a panic"));
            format!("panicked {:?}", payload.downcast_ref::<String>())
        }
    }
}

async fn set(shared: &Arc<Shared>, program: SetProgram) {
    let SetProgram { bodies, before, joins, end } = program;
    let mut set = api::JoinSet::new();
    for program in bodies {
        let abort = set.spawn(body(shared, program));
        shared.aborts.lock().unwrap().push(abort);
    }
    body(shared, before).await;
    let _waits = shared.world.waits(Leaf::Set);
    for _ in 0..joins {
        if let Some(joined) = set.join_next().await {
            shared.line(&format!("next {} left {}", joined_text(joined), set.len()));
        }
    }
    match end {
        SetEnd::Drop => drop(set),
        SetEnd::JoinAll => join_all(shared, &mut set).await,
        SetEnd::AbortAllAndJoin => {
            set.abort_all();
            join_all(shared, &mut set).await;
        }
        SetEnd::Shutdown => {
            set.shutdown().await;
            shared.line("shut down");
        }
        SetEnd::ShutdownForgotten => {
            drop(set.shutdown());
            join_all(shared, &mut set).await;
        }
        SetEnd::Detach => set.detach_all(),
        SetEnd::TryJoin => {
            while let Some(joined) = set.try_join_next() {
                shared.line(&format!("tried {}", joined_text(joined)));
            }
        }
    }
}

async fn join_all(shared: &Shared, set: &mut api::JoinSet<usize>) {
    while let Some(joined) = set.join_next().await {
        shared.line(&format!("next {}", joined_text(joined)));
    }
}

//! What a program does to the world, and what the world watches it do.

use std::collections::BTreeMap;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::SeqCst};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};

use super::program::SIGNALS;

/// Everything that the futures of one program share.
#[derive(Debug, Default)]
pub struct World {
    pub lines: Mutex<Vec<String>>,
    /// Set when the first task is over; what happens to the others afterwards is not compared.
    pub over: AtomicBool,
    signals: [Signal; SIGNALS],
    guards: Mutex<Guards>,
    leaves: Mutex<BTreeMap<u64, Leaf>>,
    next_leaf: AtomicU64,
    pub violations: Mutex<Vec<String>>,
    outside: Mutex<Vec<Arc<Mutex<Answer>>>>,
}

#[derive(Debug, Default)]
struct Guards {
    drops: Vec<u32>,
}

/// What a future waits for right now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Leaf {
    Timer { deadline_millis: u64 },
    Signal(usize),
    Task(usize),
    Set,
    Yield,
    Outside,
}

impl World {
    pub fn line(&self, millis: u64, text: &str) {
        if !self.over.load(SeqCst) {
            self.lines.lock().unwrap().push(format!("{millis:>6} {text}"));
        }
    }

    pub fn violation(&self, text: String) {
        self.violations.lock().unwrap().push(text);
    }

    pub fn signal(&self, number: usize) -> &Signal {
        &self.signals[number % SIGNALS]
    }

    /// Makes a value that counts how often it is dropped.
    pub fn guard(self: &Arc<Self>) -> Guard {
        let mut guards = self.guards.lock().unwrap();
        guards.drops.push(0);
        Guard { world: Arc::clone(self), number: guards.drops.len() - 1 }
    }

    /// Says which guards were not dropped exactly once.
    pub fn guards_not_dropped_once(&self) -> Vec<(usize, u32)> {
        let guards = self.guards.lock().unwrap();
        guards.drops.iter().copied().enumerate().filter(|(_, drops)| *drops != 1).collect()
    }

    pub fn waits(self: &Arc<Self>, leaf: Leaf) -> Waits {
        let number = self.next_leaf.fetch_add(1, SeqCst);
        self.leaves.lock().unwrap().insert(number, leaf);
        Waits { world: Arc::clone(self), number }
    }

    pub fn leaves(&self) -> Vec<Leaf> {
        self.leaves.lock().unwrap().values().cloned().collect()
    }

    /// Returns a future that is ready once [`answer_one`](Self::answer_one) has come to it.
    pub fn ask_outside(&self) -> Outside {
        let answer = Arc::default();
        self.outside.lock().unwrap().push(Arc::clone(&answer));
        Outside(answer)
    }

    /// Answers the oldest question from outside of every task; returns whether there was one.
    pub fn answer_one(&self) -> bool {
        let mut outside = self.outside.lock().unwrap();
        if outside.is_empty() {
            return false;
        }
        let answer = outside.remove(0);
        drop(outside);
        let waker = {
            let mut answer = answer.lock().unwrap();
            answer.given = true;
            answer.waker.take()
        };
        if let Some(waker) = waker {
            waker.wake_by_ref();
            waker.wake();
        }
        true
    }
}

#[derive(Debug)]
pub struct Guard {
    world: Arc<World>,
    number: usize,
}

impl Guard {
    pub fn number(&self) -> usize {
        self.number
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        self.world.guards.lock().unwrap().drops[self.number] += 1;
    }
}

/// Is there for as long as its owner waits.
#[derive(Debug)]
pub struct Waits {
    world: Arc<World>,
    number: u64,
}

impl Drop for Waits {
    fn drop(&mut self) {
        self.world.leaves.lock().unwrap().remove(&self.number);
    }
}

/// A flag with the wakers of those who wait for it.
#[derive(Debug, Default)]
pub struct Signal {
    set: AtomicBool,
    wakers: Mutex<Vec<Waker>>,
}

impl Signal {
    pub fn is_set(&self) -> bool {
        self.set.load(SeqCst)
    }

    pub fn clear(&self) {
        self.set.store(false, SeqCst);
    }

    pub fn set(&self) {
        self.set.store(true, SeqCst);
        for waker in std::mem::take(&mut *self.wakers.lock().unwrap()) {
            waker.wake_by_ref();
            waker.wake();
        }
    }

    pub async fn wait(&self) {
        std::future::poll_fn(|cx| {
            if self.is_set() {
                return Poll::Ready(());
            }
            self.wakers.lock().unwrap().push(cx.waker().clone());
            Poll::Pending
        })
        .await;
    }
}

#[derive(Debug, Default)]
struct Answer {
    given: bool,
    waker: Option<Waker>,
}

#[derive(Debug)]
pub struct Outside(Arc<Mutex<Answer>>);

impl Future for Outside {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let mut answer = self.0.lock().unwrap();
        if answer.given {
            return Poll::Ready(());
        }
        answer.waker = Some(cx.waker().clone());
        Poll::Pending
    }
}

/// Notices when a future is polled again after it was ready.
#[derive(Debug)]
pub struct Probe<F> {
    future: Pin<Box<F>>,
    ready: bool,
    guard: Guard,
}

impl<F> Probe<F> {
    pub fn new(future: F, guard: Guard) -> Self {
        Self { future: Box::pin(future), ready: false, guard }
    }
}

impl<F: Future> Future for Probe<F> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        if self.ready {
            self.guard.world.violation(format!("future {} polled after it was ready", self.guard.number));
        }
        let output = self.future.as_mut().poll(cx);
        self.ready = output.is_ready();
        output
    }
}

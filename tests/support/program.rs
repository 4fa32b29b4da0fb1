//! Random async programs, as values: the same program can be run by anything that has tokio's words.

use proptest::prelude::*;

/// How many signals a program has.
pub const SIGNALS: usize = 4;

pub type Body = Vec<Op>;

#[derive(Clone, Debug)]
pub enum Op {
    Sleep(u64),
    Yield,
    /// Computes for so many milliseconds; moves virtual time in the middle of a poll.
    Work(u64),
    Spawn(Body),
    /// Spawns the same body many times.
    SpawnMany(u8, Body),
    /// These three mean one of the handles that the body still holds.
    Join(usize),
    DropHandle(usize),
    IsFinished(usize),
    /// Aborts any task that was ever spawned, itself included.
    Abort(usize),
    Set(SetProgram),
    Timeout(u64, Body),
    /// `select_biased!` of two named futures.
    Race(Body, Body),
    /// `join!` of two named futures.
    Both(Body, Body),
    Interval {
        period: u64,
        ticks: u8,
        late: u64,
        missed: Missed,
    },
    /// Waits until a signal is set; the waker lies with the signal meanwhile.
    Wait(usize),
    /// Sets a signal and wakes everybody in it, each of them twice.
    Set1(usize),
    Clear(usize),
    Panic,
    /// Runs a future in the same task and catches its panic.
    Catch(Body),
    /// Waits for something that happens outside of every task.
    Outside,
}

#[derive(Clone, Copy, Debug)]
pub enum Missed {
    Burst,
    Delay,
    Skip,
}

#[derive(Clone, Debug)]
pub struct SetProgram {
    pub bodies: Vec<Body>,
    /// What is done before anything is joined.
    pub before: Body,
    pub joins: usize,
    pub end: SetEnd,
}

#[derive(Clone, Copy, Debug)]
pub enum SetEnd {
    Drop,
    JoinAll,
    AbortAllAndJoin,
    Shutdown,
    /// `shutdown()` is called, and its future dropped before anybody polls it.
    ShutdownForgotten,
    Detach,
    TryJoin,
}

/// What a program may contain besides what every runtime treats alike.
#[derive(Clone, Copy, Debug)]
pub struct Allowed {
    pub work: bool,
    pub outside: bool,
}

pub fn programs(allowed: Allowed) -> impl Strategy<Value = Body> {
    prop::collection::vec(op(3, allowed), 1..10)
}

fn body(depth: u32, allowed: Allowed) -> BoxedStrategy<Body> {
    prop::collection::vec(op(depth, allowed), 0..6).boxed()
}

fn op(depth: u32, allowed: Allowed) -> BoxedStrategy<Op> {
    let leaf = prop_oneof![
        6 => duration().prop_map(Op::Sleep),
        4 => Just(Op::Yield),
        3 => any::<usize>().prop_map(Op::Join),
        1 => any::<usize>().prop_map(Op::DropHandle),
        1 => any::<usize>().prop_map(Op::IsFinished),
        2 => any::<usize>().prop_map(Op::Abort),
        1 => (0..SIGNALS).prop_map(Op::Wait),
        3 => (0..SIGNALS).prop_map(Op::Set1),
        1 => (0..SIGNALS).prop_map(Op::Clear),
        1 => Just(Op::Panic),
        2 => (1..15u64, 1..6u8, 0..40u64, missed()).prop_map(|(period, ticks, late, missed)| {
            Op::Interval { period, ticks, late, missed }
        }),
    ];
    let mut leaf = leaf.boxed();
    if allowed.work {
        leaf = prop_oneof![9 => leaf, 1 => (0..20u64).prop_map(Op::Work)].boxed();
    }
    if allowed.outside {
        leaf = prop_oneof![9 => leaf, 1 => Just(Op::Outside)].boxed();
    }
    if depth == 0 {
        return leaf;
    }
    let inner = body(depth - 1, allowed);
    let two = (inner.clone(), inner.clone());
    prop_oneof![
        8 => leaf,
        5 => inner.clone().prop_map(Op::Spawn),
        1 => (2..40u8, inner.clone()).prop_map(|(count, body)| Op::SpawnMany(count, body)),
        2 => (duration(), inner.clone()).prop_map(|(millis, body)| Op::Timeout(millis, body)),
        2 => two.clone().prop_map(|(a, b)| Op::Race(a, b)),
        2 => two.prop_map(|(a, b)| Op::Both(a, b)),
        1 => inner.clone().prop_map(Op::Catch),
        2 => set(inner).prop_map(Op::Set),
    ]
    .boxed()
}

fn set(inner: BoxedStrategy<Body>) -> impl Strategy<Value = SetProgram> {
    let end = prop_oneof![
        Just(SetEnd::Drop),
        Just(SetEnd::JoinAll),
        Just(SetEnd::AbortAllAndJoin),
        Just(SetEnd::Shutdown),
        Just(SetEnd::ShutdownForgotten),
        Just(SetEnd::Detach),
        Just(SetEnd::TryJoin),
    ];
    (prop::collection::vec(inner.clone(), 0..6), inner, 0..5usize, end)
        .prop_map(|(bodies, before, joins, end)| SetProgram { bodies, before, joins, end })
}

/// Few different lengths, so that many deadlines coincide.
fn duration() -> impl Strategy<Value = u64> {
    prop_oneof![4 => 0..8u64, 2 => (0..12u64).prop_map(|tens| tens * 10), 1 => 60..70u64, 1 => 0..5000u64]
}

fn missed() -> impl Strategy<Value = Missed> {
    prop_oneof![Just(Missed::Burst), Just(Missed::Delay), Just(Missed::Skip)]
}

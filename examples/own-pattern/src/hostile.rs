//! What no pattern should do. None of it may take the page along.

use std::hint::black_box;
use std::time::Duration;

use wakeline::patterns::{Chapter, Outcome, Pattern, RuntimeKind, Source};
use wakeline::runtime::sleep;

const MEBIBYTE: usize = 1 << 20;

const fn hostile(id: &'static str, title: &'static str, start: wakeline::patterns::Start) -> Pattern {
    Pattern {
        id,
        chapter: Chapter::Custom("Hostile"),
        title,
        summary: "It means no good.",
        params: &[],
        runtimes: &[RuntimeKind::Browser],
        file: file!(),
        source: Source::text(include_str!("hostile.rs")),
        spelling: &[],
        start,
        pitfall: None,
    }
}

pub const ENDLESS: Pattern = hostile("endless", "A poll that never returns", |_| {
    Box::pin(async {
        sleep(Duration::from_millis(1)).await;
        loop {
            black_box(());
        }
    })
});

pub const MEMORY: Pattern = hostile("memory", "A task that takes all memory", |_| {
    Box::pin(async {
        let mut all = Vec::new();
        loop {
            sleep(Duration::from_millis(1)).await;
            all.push(black_box(Vec::<u8>::with_capacity(16 * MEBIBYTE)));
        }
    })
});

pub const MEMORY_AT_ONCE: Pattern = hostile("memory-at-once", "A poll that takes all memory", |_| {
    Box::pin(async {
        sleep(Duration::from_millis(1)).await;
        let mut all = Vec::new();
        loop {
            all.push(black_box(Vec::<u8>::with_capacity(16 * MEBIBYTE)));
        }
    })
});

pub const PANIC: Pattern = hostile("panic", "A task that panics", |_| {
    Box::pin(async {
        sleep(Duration::from_millis(1)).await;
        if black_box(true) {
            panic!("on purpose");
        }
        Ok(Outcome::default())
    })
});

//! The loop over a channel that never ends, because the sender that was cloned is still there.

// region: shown
use crate::runtime::Builder;
use crate::sync::{ResourceExt, mpsc};
use crate::trace::Level;
use crate::trace::current::log;

pub async fn crawl(plan: Plan) -> Report {
    let (sender, mut jobs) = mpsc::channel::<Job>(plan.buffer).named("jobs");
    let spawn = |number| {
        let producer = produce(number, plan.clone(), sender.clone());
        Builder::new().name(format!("producer {number}")).spawn(producer)
    };
    let producers: Vec<_> = (1..=plan.producers).map(spawn).collect();

    let mut report = Report::default();
    // Every producer is done, and still there is a sender: the one at the top of this function.
    while let Some(job) = jobs.recv().await {
        match fetch(&plan.site, &job).await {
            Ok(title) => log(Level::Info, format!("{job}: {title}")),
            Err(error) => log(Level::Warn, format!("{job}: {error}")),
        }
        report.done += 1;
    }
    for producer in producers {
        report.add(producer.await.expect("a producer neither panics nor is aborted"));
    }
    report
}
// endregion

use super::mpsc::{Job, Plan, Report, fetch, outcome, produce};
use crate::patterns::Pitfall;

/// The loop that never ends.
pub const PITFALL: Pitfall = Pitfall {
    title: "The loop never ends",
    explanation: "Each producer has a clone of `sender`, and they are all dropped in time. The original is not: it \
                  lives until the end of the function, and the function waits for a loop that ends when no \
                  sender is left. All jobs are done, so in a service that never stops nobody notices; in a batch \
                  job, a test or a shutdown the process hangs with nothing to do. Drop the original once the \
                  clones are made, or give the last clone away by moving it. The same trap waits wherever a \
                  `Sender` is kept in a struct beside its receiver.",
    file: "src/patterns/channels/mpsc_pitfall.rs",
    source: source!("channels/mpsc_pitfall.rs"),
    start: |scene| Box::pin(async move { Ok(outcome(crawl(Plan::new(&scene)).await)) }),
};

//! The loop that follows a value until the sender goes, and then panics.

// region: shown
use crate::runtime::{Builder, JoinError};
use crate::sync::{ResourceExt, watch};
use crate::trace::current::value;

pub async fn reload(plan: Plan) -> Result<Report, JoinError> {
    let (sender, receiver) = watch::channel(Config::default()).named("config");
    let spawn = |number| {
        let server = serve(plan.server(number), receiver.clone());
        Builder::new().name(format!("server {number}")).spawn(server)
    };
    let servers: Vec<_> = (1..=plan.servers).map(spawn).collect();

    publish(&plan, sender).await;

    let mut report = Report::default();
    for server in servers {
        report.applied.push(server.await?);
    }
    Ok(report)
}

async fn serve(server: Server, mut config: watch::Receiver<Config>) -> Vec<usize> {
    loop {
        let current = config.borrow_and_update().clone();
        value("config", current.version);
        server.apply(&current).await;

        // There is always a next version, until there is none.
        config.changed().await.unwrap();
    }
}
// endregion

use super::watch::{Config, Plan, Report, Server, outcome, publish};
use crate::patterns::{Outcome, PatternError, Pitfall, Scene};
use crate::runtime::FutureExt;

/// The loop that panics.
pub const PITFALL: Pitfall = Pitfall {
    title: "The end is a panic",
    explanation: "`changed` fails in one case only: the sender was dropped and there is nothing unseen. While the \
                  program runs that never happens, so the `unwrap` looks safe and passes every test. It happens \
                  when the publisher ends: at shutdown, or when its own task fails. Then every follower panics as \
                  soon as it looks, and what was one end becomes a crash of all of them, in the middle of \
                  whatever they held. Treat the error as what it is: the last value stays valid, and there will \
                  be no other.",
    file: "src/patterns/channels/watch_pitfall.rs",
    source: source!("channels/watch_pitfall.rs"),
    start: |scene| Box::pin(run(scene).record_err()),
};

async fn run(scene: Scene) -> Result<Outcome, PatternError> {
    let plan = Plan::new(&scene);
    let versions = plan.versions;
    match reload(plan).await {
        Ok(report) => Ok(outcome(versions, &report)),
        Err(error) => Err(PatternError::new(&error)),
    }
}

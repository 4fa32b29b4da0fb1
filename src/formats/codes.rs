//! What programs read for each code of the vocabulary: never to be changed, unlike the sentences.

use crate::timeline::Cause;
use crate::trace::{Level, RunEnd, WaitKind, WakeCause};

pub(super) fn cause_code(cause: Cause) -> &'static str {
    match cause {
        Cause::Spawned => "spawned",
        Cause::Woken(WakeCause::Lane) => "lane",
        Cause::Woken(WakeCause::Timer) => "timer",
        Cause::Woken(WakeCause::External) => "external",
        Cause::Woken(WakeCause::Yield) => "yield",
        Cause::Woken(WakeCause::Abort) => "abort",
    }
}

pub(super) fn wait_code(on: WaitKind) -> &'static str {
    match on {
        WaitKind::Timer => "timer",
        WaitKind::Join => "join",
        WaitKind::JoinSet => "join-set",
        WaitKind::Io => "io",
        WaitKind::Yield => "yield",
        WaitKind::Resource => "resource",
        WaitKind::Signal => "signal",
    }
}

pub(super) fn level_code(level: Level) -> &'static str {
    match level {
        Level::Info => "info",
        Level::Warn => "warn",
        Level::Error => "error",
    }
}

pub(super) fn run_end_code(end: RunEnd) -> &'static str {
    match end {
        RunEnd::Finished => "finished",
        RunEnd::Stalled => "stalled",
        RunEnd::Stopped => "stopped",
        RunEnd::LimitReached => "limit-reached",
        RunEnd::Killed => "killed",
    }
}

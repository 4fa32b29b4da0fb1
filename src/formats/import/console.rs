//! Recordings of tokio-console: what `console-subscriber` writes where `Builder::recording_path` or
//! `TOKIO_CONSOLE_RECORD_PATH` says, in version 1.
//!
//! ```text
//! {"v":1}
//! {"Spawn":{"id":6,"at":{"secs_since_epoch":…,"nanos_since_epoch":…},"fields":[{"name":"kind","value":"task"},…]}}
//! {"Enter":{"id":6,"at":…}}      {"Exit":{"id":6,"at":…}}      {"Close":{"id":6,"at":…}}
//! {"Waker":{"id":6,"op":"Clone"|"Drop"|{"Wake":{"self_wake":false}}|{"WakeByRef":{…}},"at":…}}
//! ```
//!
//! Tasks are spawned; what is entered, left and closed without that is a resource, of which nothing more is told.
//! A recording names neither the one who woke nor a thread. So whoever is polled at that moment is taken for it, if
//! it is one task alone, and what is outside the run if it is not.
//!
//! `tracing` enters a task's span once more to drop its future: a piece that nobody woke it for, right before its
//! close, is no poll.

use std::borrow::Cow;

use rustc_hash::FxHashMap;
use serde::Deserialize;

use super::json::{Scalar, Text};
use super::loom::Loom;
use super::{ImportError, Imported, Origin, counted};
use crate::trace::{End, Event, LaneId, LocationId, NameId, WakeCause};

const VERSION: u64 = 1;
/// How many tasks are polled at once, at most; no machine has more threads.
const MAX_POLLED: usize = 1024;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Header {
    v: u64,
}

#[derive(Deserialize)]
enum Line<'a> {
    Spawn {
        id: u64,
        at: Time,
        #[serde(borrow, default)]
        fields: Vec<Field<'a>>,
    },
    Enter {
        id: u64,
        at: Time,
    },
    Exit {
        id: u64,
        at: Time,
    },
    Close {
        id: u64,
        at: Time,
    },
    Waker {
        id: u64,
        op: Op,
        at: Time,
    },
}

#[derive(Deserialize)]
struct Time {
    secs_since_epoch: u64,
    nanos_since_epoch: u32,
}

#[derive(Deserialize)]
struct Field<'a> {
    #[serde(borrow)]
    name: Text<'a>,
    #[serde(borrow)]
    value: Scalar<'a>,
}

#[derive(Deserialize)]
enum Op {
    Wake { self_wake: bool },
    WakeByRef { self_wake: bool },
    Clone,
    Drop,
}

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Spawn {
        name: NameId,
        is_blocking: bool,
    },
    Enter,
    Exit,
    Close,
    Wake {
        by_itself: bool,
    },
    /// It is entered or left for its future to be dropped.
    DropEnter,
    DropExit,
}

/// One line, as it is kept until all are there to be put in order: threads write them as they come.
#[derive(Clone, Copy)]
struct Entry {
    nanos: u64,
    id: u64,
    kind: Kind,
}

/// Returns whether a text begins as a recording does.
pub(super) fn is_recording(text: &[u8]) -> bool {
    header(text).is_some()
}

fn header(text: &[u8]) -> Option<Header> {
    let first = text.split(|byte| *byte == b'\n').next();
    // A list would do for an object, as serde sees it.
    let first = first.filter(|line| line.starts_with(b"{") && line.len() < 64)?;
    serde_json::from_slice(first).ok()
}

pub(super) fn import(text: &[u8]) -> Result<Imported, ImportError> {
    if let Some(Header { v }) = header(text).filter(|header| header.v != VERSION) {
        return Err(ImportError::ConsoleVersion { found: v });
    }
    let mut loom = Loom::new();
    let (mut entries, mut notes) = read(text, &mut loom)?;
    entries.sort_by_key(|entry| entry.nanos);
    mark_drops(&mut entries);
    let mut weaver =
        Weaver { loom, begin: None, tasks: FxHashMap::default(), polled: Vec::new(), left_out: [0; 2] };
    for entry in &entries {
        weaver.take(entry);
    }
    let [resources, lanes] = weaver.left_out;
    let model = weaver.loom.finish();
    if model.lanes().is_empty() {
        return Err(ImportError::Nothing {
            left_out: "no task was spawned while it was recorded".to_owned(),
        });
    }
    notes.push(
        "a recording does not say who woke or spawned a task: the one task that was polled at that moment is taken for \
         it, or else what is outside"
            .to_owned(),
    );
    notes.push("a recording does not say how a task ended: all that did are shown as completed".to_owned());
    if resources > 0 {
        let events = counted(resources, "event", "events");
        notes.push(format!(
            "{events} of timers, channels and the like left out: a recording does not name them"
        ));
    }
    if lanes > 0 {
        let tasks = counted(lanes, "task", "tasks");
        notes.push(format!("{tasks} beyond the first {} left out", super::MAX_LANES));
    }
    let title = "tokio-console recording".to_owned();
    Ok(Imported { model, title, notes, origin: Origin::TokioConsole })
}

fn read(text: &[u8], loom: &mut Loom) -> Result<(Vec<Entry>, Vec<String>), ImportError> {
    let mut entries = Vec::new();
    let mut notes = Vec::new();
    for (number, line) in text.split_inclusive(|byte| *byte == b'\n').enumerate().skip(1) {
        let is_whole = line.ends_with(b"\n");
        let line = line.trim_ascii();
        if line.is_empty() {
            continue;
        }
        let line = match serde_json::from_slice::<Line<'_>>(line) {
            Ok(line) => line,
            Err(error) if !is_whole && error.is_eof() => {
                notes.push(format!("the file is cut short in line {}, which is left out", number + 1));
                break;
            }
            Err(error) => return Err(ImportError::json(&error, number)),
        };
        let (id, at, kind) = match line {
            Line::Spawn { id, at, fields } => (id, at, spawn(&fields, loom)),
            Line::Enter { id, at } => (id, at, Kind::Enter),
            Line::Exit { id, at } => (id, at, Kind::Exit),
            Line::Close { id, at } => (id, at, Kind::Close),
            Line::Waker { op: Op::Clone | Op::Drop, .. } => continue,
            Line::Waker { id, op: Op::Wake { self_wake } | Op::WakeByRef { self_wake }, at } => {
                (id, at, Kind::Wake { by_itself: self_wake })
            }
        };
        let seconds = at.secs_since_epoch.saturating_mul(1_000_000_000);
        entries.push(Entry { nanos: seconds.saturating_add(at.nanos_since_epoch.into()), id, kind });
    }
    Ok((entries, notes))
}

/// Returns what is spawned, by its own name or its kind and number.
fn spawn(fields: &[Field<'_>], loom: &mut Loom) -> Kind {
    let field = |name| fields.iter().find(|field| field.name.0 == name).map(|field| field.value.shown());
    let kind = field("kind").unwrap_or(Cow::Borrowed("task"));
    let is_blocking = kind == "blocking";
    let name = match field("task.name") {
        Some(name) if !name.is_empty() => name.into_owned(),
        _ => format!("{kind} {}", field("task.id").unwrap_or_default()).trim_end().to_owned(),
    };
    Kind::Spawn { name: loom.recorder.name(&name), is_blocking }
}

/// Tells the dropping of a future from a poll.
fn mark_drops(entries: &mut [Entry]) {
    #[derive(Default)]
    struct Task {
        is_woken: bool,
        enter: Option<usize>,
        /// The last piece, if nobody woke the task for it.
        unasked: Option<(usize, usize)>,
    }
    let mut tasks: FxHashMap<u64, Task> = FxHashMap::default();
    for index in 0..entries.len() {
        let Entry { id, kind, .. } = entries[index];
        if let Kind::Spawn { .. } = kind {
            tasks.insert(id, Task { is_woken: true, ..Task::default() });
        }
        let Some(task) = tasks.get_mut(&id) else { continue };
        match kind {
            Kind::Wake { .. } => (task.is_woken, task.unasked) = (true, None),
            Kind::Enter => {
                task.enter = (!std::mem::take(&mut task.is_woken)).then_some(index);
                task.unasked = None;
            }
            Kind::Exit => task.unasked = task.enter.take().map(|enter| (enter, index)),
            Kind::Close => {
                if let Some((enter, exit)) = tasks.remove(&id).and_then(|task| task.unasked) {
                    entries[enter].kind = Kind::DropEnter;
                    entries[exit].kind = Kind::DropExit;
                }
            }
            Kind::Spawn { .. } | Kind::DropEnter | Kind::DropExit => {}
        }
    }
}

struct Weaver {
    loom: Loom,
    begin: Option<u64>,
    /// The lane of each task that is not closed; `None` where there was no room for one.
    tasks: FxHashMap<u64, Option<LaneId>>,
    /// The lanes that are entered.
    polled: Vec<LaneId>,
    /// What belongs to no task, and tasks for which there was no room.
    left_out: [u64; 2],
}

impl Weaver {
    fn take(&mut self, entry: &Entry) {
        if let Kind::Spawn { name, is_blocking } = entry.kind {
            self.clock(entry.nanos);
            let parent = self.only_polled();
            let lane = self.loom.new_lane();
            self.tasks.insert(entry.id, lane);
            let location = LocationId::NONE;
            match lane {
                // It has a thread of its own: no executor polls it, and nobody waits while it takes long.
                Some(lane) if is_blocking => {
                    self.loom.push(Event::Child { lane, parent: LaneId::OUTSIDE, name, location });
                }
                Some(lane) => self.loom.push(Event::Spawned { lane, parent, name, location }),
                None => self.left_out[1] += 1,
            }
            return;
        }
        let lane = match self.tasks.get(&entry.id) {
            Some(Some(lane)) => *lane,
            Some(None) => return,
            None => {
                self.left_out[0] += 1;
                return;
            }
        };
        self.clock(entry.nanos);
        match entry.kind {
            Kind::Spawn { .. } => {}
            Kind::Enter | Kind::DropEnter => {
                if self.polled.len() < MAX_POLLED {
                    self.polled.push(lane);
                }
                if entry.kind == Kind::Enter {
                    self.loom.push(Event::PollBegin { lane });
                }
            }
            Kind::Exit | Kind::DropExit => {
                if let Some(index) = self.polled.iter().rposition(|polled| *polled == lane) {
                    self.polled.remove(index);
                    if entry.kind == Kind::Exit {
                        self.loom.push(Event::PollEnd { lane });
                    }
                }
            }
            Kind::Wake { by_itself } => {
                let by = if by_itself {
                    lane
                } else {
                    Some(self.only_polled()).filter(|by| *by != lane).unwrap_or_default()
                };
                let cause = if by == LaneId::OUTSIDE { WakeCause::External } else { WakeCause::Lane };
                self.loom.push(Event::Woken { lane, by, cause, location: LocationId::NONE });
            }
            Kind::Close => {
                self.tasks.remove(&entry.id);
                self.polled.retain(|polled| *polled != lane);
                self.loom.push(Event::Ended { lane, end: End::Completed, message: NameId::NONE });
            }
        }
    }

    /// Returns the task that is polled, if it is one alone.
    fn only_polled(&self) -> LaneId {
        match self.polled[..] {
            [lane] => lane,
            _ => LaneId::OUTSIDE,
        }
    }

    fn clock(&mut self, nanos: u64) {
        let begin = *self.begin.get_or_insert(nanos);
        self.loom.at(nanos - begin);
    }
}

//! Recordings: of the run on the page, to be saved; and those that the reader opens in its place.

use super::State;
use crate::app::command::Panel;
use crate::app::engine::Setup;
use crate::app::report::Report;
use crate::app::view::Look;
use crate::formats::import::{Imported, Origin};
use crate::formats::trace_file::{self, Header};
use crate::patterns;
use crate::timeline::Axis;

/// How many bytes of a run's frames are kept to be saved; about five million events.
const MAX_RECORD: usize = 32 << 20;

/// A recording that is shown in place of a run.
#[derive(Clone, Debug, PartialEq)]
pub struct Opened {
    /// What it is called.
    pub title: String,
    /// What made it.
    pub origin: &'static str,
    /// What was left out, in sentences.
    pub notes: Vec<String>,
    /// Whether it is a run of a pattern that is here, so that its source can be shown.
    pub has_source: bool,
}

/// The frames of the present run, for as long as they are few enough.
#[derive(Debug, Default)]
pub(super) struct Record {
    frames: Vec<u8>,
    is_cut: bool,
}

impl Record {
    pub(super) fn add(&mut self, frames: &[u8]) {
        self.is_cut |= self.frames.len() + frames.len() > MAX_RECORD;
        if !self.is_cut {
            self.frames.extend_from_slice(frames);
        }
    }
}

impl State {
    /// Returns the present run as a file.
    ///
    /// # Errors
    ///
    /// Says why there is none: nothing is recorded, or too much.
    pub fn trace_file(&self) -> Result<Vec<u8>, String> {
        if self.opened.is_some() {
            return Err("this is a recording already: it came from a file".to_owned());
        }
        if self.record.is_cut {
            let most = MAX_RECORD >> 20;
            return Err(format!("the run is too long to be saved: its trace has more than `{most}` MiB"));
        }
        if self.record.frames.is_empty() {
            return Err("nothing is recorded yet: run it first".to_owned());
        }
        let setup = &self.setup;
        let values = setup.values.iter();
        let header = Header {
            wakeline: env!("CARGO_PKG_VERSION").to_owned(),
            pattern: setup.pattern.id.to_owned(),
            twin: setup.twin.name().to_owned(),
            values: values.map(|(param, value)| (param.name.to_owned(), value.to_string())).collect(),
            seed: setup.seed,
            schedule: Some(setup.schedule.name().to_owned()),
            clock: setup.clock.name().to_owned(),
            runtime: "sim".to_owned(),
            threads: 1,
        };
        let mut out = Vec::new();
        trace_file::write(&header, &self.record.frames, &mut out).map_err(|error| error.to_string())?;
        Ok(out)
    }

    /// Shows a recording in place of the run. The run is dropped.
    ///
    /// `name` is what the reader knows it by; a run of a pattern that is here is called by the pattern's.
    pub fn open_recording(&mut self, name: &str, imported: Imported) {
        self.pause();
        let setup = match &imported.origin {
            Origin::Wakeline(Some(header)) => setup_of(header),
            _ => None,
        };
        let opened = Opened {
            origin: imported.origin.name(),
            has_source: setup.is_some(),
            title: if setup.is_some() { imported.title } else { name.to_owned() },
            notes: imported.notes,
        };
        self.setup = setup.unwrap_or_else(|| Setup::new(self.setup.pattern));
        self.client.show_recording();
        (self.asked, self.queued, self.stopping_since) = (None, None, None);
        (self.notice, self.drawer, self.wanted) = (None, false, None);
        self.record = Record::default();
        let extent = imported.model.extent();
        self.rehearsal.lanes = imported.model.panel_rows();
        self.report = Report::new(&imported.model, None, None);
        *self.view.model_mut() = imported.model;
        let axis = Axis::for_extent(&extent);
        let (begin, end) = axis.x_range(&extent);
        self.set_pace(begin, end);
        (self.fitted, self.following, self.end_seen) = (true, true, true);
        self.panel = Panel::Details;
        let file = if opened.has_source { self.setup.pattern.file_of(self.setup.twin) } else { "" };
        self.opened = Some(opened);
        self.look = Look {
            revision: 1,
            run: self.look.run + 1,
            axis,
            playhead: begin,
            end,
            selection: None,
            hover_line: None,
            file,
            ..self.look
        };
        self.publish();
        self.fit_all();
        self.publish();
    }

    /// Returns the recording that is shown in place of a run.
    pub fn opened(&self) -> Option<&Opened> {
        self.opened.as_ref()
    }

    /// Says that something could not be opened; what is shown stays.
    pub fn refuse_recording(&mut self, name: &str, why: &str) {
        self.problem(format!("`{name}` cannot be opened: {why}"));
        self.publish();
    }
}

/// What a header says, if there is such a pattern here.
fn setup_of(header: &Header) -> Option<Setup> {
    let mut setup = Setup::new(patterns::find(&header.pattern).ok()?);
    setup.seed = header.seed;
    setup.twin = header.twin.parse().unwrap_or(setup.twin);
    setup.clock = header.clock.parse().unwrap_or(setup.clock);
    let schedule = header.schedule.as_deref().and_then(|name| name.parse().ok());
    setup.schedule = schedule.unwrap_or(setup.schedule);
    for (name, value) in &header.values {
        // Another version may have had others; those that are known are shown.
        let _ = setup.values.set(name, value);
    }
    Some(setup)
}

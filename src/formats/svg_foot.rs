//! What stands below the lanes: the legend, what is wrong, what is left out, and how it was run.

use super::super::svg_text::{lines_of, width_of};
use super::LeftOut;
use super::pen::SvgPen;
use crate::drawing::arrow::Arrow;
use crate::drawing::paint::{FEW, carries_messages};
use crate::drawing::palette::Palette;
use crate::drawing::pen::{Pen, Type};
use crate::drawing::shapes::Shape;
use crate::timeline::{Finding, Model, SpanState, State};
use crate::trace::{End, LaneId, WaitKind};

/// How many findings are told.
pub(super) const FINDINGS: usize = 3;
/// How many lines a finding may take.
const FINDING_LINES: usize = 3;
const LEFT_PX: f64 = 14.0;
const LINE_PX: f64 = 18.0;
const SAMPLE_PX: f64 = 24.0;
/// Between a sample and its word, and from one to the next.
const GAP_PX: (f64, f64) = (6.0, 14.0);

pub(super) struct Foot<'a> {
    pub(super) model: &'a Model,
    pub(super) palette: &'a Palette,
    pub(super) findings: &'a [Finding],
    pub(super) settings: &'a str,
}

/// What the legend explains.
#[derive(Clone, Copy, PartialEq)]
enum Sample {
    State(State),
    WaitsForResource,
    Wakes,
    InUse,
    Value,
    Message,
    End(End),
}

impl Foot<'_> {
    /// Draws it below `top`, and returns where it ends.
    pub(super) fn draw(&self, pen: &SvgPen, width_px: f64, top: f64, left_out: &LeftOut) -> f64 {
        let room = width_px - 2.0 * LEFT_PX;
        let mut y = self.legend(pen, room, top + LINE_PX);
        let mut say = |colour: &str, text: &str, most: usize| {
            let mut lines = lines_of(Type::Small, text, room);
            if lines.len() > most {
                lines.truncate(most);
                lines[most - 1].push('…');
            }
            for line in lines {
                y += LINE_PX;
                pen.colour(colour);
                let line = pen.fitted(Type::Small, &line, room);
                pen.text(Type::Small, &line, LEFT_PX, y);
            }
        };
        for finding in self.findings.iter().take(FINDINGS) {
            say(&self.palette.failed, &format!("found: {}", finding.text.replace('`', "")), FINDING_LINES);
        }
        let more = self.findings.len().saturating_sub(FINDINGS);
        if more > 0 {
            say(&self.palette.failed, &format!("and {more} more like these"), 1);
        }
        for note in self.notes(left_out) {
            say(&self.palette.muted, &note, 2);
        }
        if !self.settings.is_empty() {
            say(&self.palette.muted, self.settings, 3);
        }
        y + LINE_PX * 0.75
    }

    fn notes(&self, left_out: &LeftOut) -> Vec<String> {
        let mut notes = Vec::new();
        if left_out.lanes > 0 {
            let LeftOut { lanes, polls, .. } = left_out;
            notes.push(format!("{lanes} more lanes with {polls} polls are not drawn"));
        }
        if left_out.crowded > 0 {
            notes.push(format!(
                "{} slices that are too narrow to be told apart are drawn together",
                left_out.crowded
            ));
        }
        let lost = self.model.dropped().events.saturating_add(self.model.dropped().refused);
        if lost > 0 {
            notes.push(format!("{lost} events are missing: the run was longer than what was kept"));
        }
        notes
    }

    /// Draws what the shapes mean, as far as there are any, and returns the middle of its last line.
    fn legend(&self, pen: &SvgPen, room: f64, top: f64) -> f64 {
        let (mut x, mut y) = (LEFT_PX, top);
        for (sample, word) in self.samples() {
            let wide = if matches!(sample, Sample::End(_) | Sample::Wakes | Sample::Message) {
                12.0
            } else {
                SAMPLE_PX
            };
            let whole = wide + GAP_PX.0 + width_of(Type::Small, word);
            if x > LEFT_PX && x + whole > LEFT_PX + room {
                (x, y) = (LEFT_PX, y + LINE_PX);
            }
            self.sample(pen, sample, x, wide, y);
            pen.colour(&self.palette.muted);
            pen.text(Type::Small, word, x + wide + GAP_PX.0, y);
            x += whole + GAP_PX.1;
        }
        y
    }

    fn samples(&self) -> Vec<(Sample, &'static str)> {
        let model = self.model;
        let spans = || model.rows().iter().flat_map(|row| model.spans(row.lane));
        let mut has_wait = spans().filter_map(|span| match span.state {
            SpanState::Idle(wait) => wait,
            SpanState::Scheduled(_) | SpanState::Polling { .. } => None,
        });
        let is_between = |by, lane| by != LaneId::OUTSIDE && by != lane;
        let (begin, end) = (model.extent().begin, model.extent().end);
        // Arrows that would be too many are not drawn.
        let wakes = || model.wakes(begin, end);
        let has_wake = wakes().nth(FEW).is_none() && wakes().any(|wake| is_between(wake.by, wake.lane));
        let ends: Vec<_> = model.lanes().iter().filter_map(|lane| lane.end).map(|end| end.end).collect();
        let all = [
            (Sample::State(State::Polling), "polling"),
            (Sample::State(State::Scheduled), "scheduled"),
            (Sample::State(State::Idle), "idle"),
            (Sample::WaitsForResource, "waits for a resource"),
            (Sample::Wakes, "wakes"),
            (Sample::InUse, "in use"),
            (Sample::Value, "value, seen or not"),
            (Sample::Message, "message"),
            (Sample::End(End::Completed), "completed"),
            (Sample::End(End::Failed), "failed"),
            (Sample::End(End::Dropped), "dropped"),
            (Sample::End(End::Panicked), "panicked"),
        ];
        let shown = || model.shown_resources().iter().filter_map(|id| model.resource(*id));
        let carriers = || shown().filter(|resource| carries_messages(resource.kind));
        let flows = carriers().flat_map(|resource| model.flows(resource.id, begin, end));
        let has_flow = flows.take(FEW + 1).count() <= FEW
            && carriers().any(|resource| {
                model.flows(resource.id, begin, end).any(|flow| is_between(flow.sent.1, flow.received.1))
            });
        let resource = has_wait.any(|wait| wait.on == WaitKind::Resource);
        all.into_iter()
            .filter(|(sample, _)| match sample {
                Sample::State(_) => true,
                Sample::WaitsForResource => resource,
                Sample::Wakes => has_wake,
                Sample::InUse => shown().any(|resource| resource.kind.has_level()),
                Sample::Value => shown().any(|resource| !resource.kind.has_level()),
                Sample::Message => has_flow,
                Sample::End(end) => ends.iter().any(|other| Shape::of(*other) == Shape::of(*end)),
            })
            .collect()
    }

    fn sample(&self, pen: &SvgPen, sample: Sample, x: f64, wide: f64, y: f64) {
        let palette = self.palette;
        match sample {
            Sample::State(State::Polling) => {
                pen.colour(&palette.polling);
                pen.round_rect(x, y - 6.0, wide, 12.0, 2.0);
            }
            Sample::State(State::Scheduled) => {
                pen.hatching();
                pen.rect(x, y - 4.5, wide, 9.0);
                pen.colour(&palette.scheduled);
                pen.ring(x, y - 4.5, wide, 9.0, 0.0, 1.0);
            }
            Sample::State(State::Idle) => {
                pen.colour(&palette.idle);
                pen.level(x, x + wide, y, 1.5);
            }
            Sample::WaitsForResource => {
                pen.colour(&palette.resource);
                pen.dashes(&[(x, x + wide, y)], 2.0, (4.0, 3.0));
            }
            Sample::Wakes => {
                pen.colour(&palette.wake);
                pen.arrow(&Arrow::new(x + 3.0, Some(y - 16.0), y + 16.0), 1.0);
            }
            Sample::InUse => {
                pen.colour(&palette.resource);
                pen.opacity(0.6);
                pen.rect(x, y + 2.0, wide / 2.0, 4.0);
                pen.rect(x + wide / 2.0, y - 4.0, wide / 2.0, 10.0);
                pen.opacity(1.0);
            }
            Sample::Value => {
                pen.colour(&palette.resource);
                pen.disc(x + 6.0, y, 4.0);
                pen.circle(x + 18.0, y, 3.25, 1.5);
            }
            Sample::Message => {
                pen.colour(&palette.resource);
                pen.arrow(&Arrow::between((x + 1.0, y - 16.0), (x + 9.0, y + 16.0)), 1.0);
            }
            Sample::End(end) => {
                pen.colour(palette.end(end));
                pen.shape(Shape::of(end), x + 6.0, y, 5.0, 2.0);
            }
        }
    }
}

//! What to paint: spans at the level of detail of a view.

use super::{Axis, Lane, Model, Moment, Span, State, Viewport};
use crate::trace::LaneId;

/// One rectangle: a span, or a crowd of spans of which each is narrower than a pixel or two.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct VisibleSpan {
    /// Where it begins, in pixels of the view; may lie left of it.
    pub begin_px: f64,
    /// Where it ends; may lie right of the view.
    pub end_px: f64,
    /// What the lane does; of several spans the strongest: polling, then scheduled, then idle.
    pub state: State,
    /// The place of the first span; see [`Model::span`].
    pub first: usize,
    /// How many spans this is.
    pub spans: usize,
    /// Whether it goes on: an open span is drawn up to the end of what is known.
    pub is_open: bool,
}

/// No screen is wider; what says so is wrong.
pub(super) const MOST_PX: f64 = 32_768.0;

/// A view of a model, made ready once and then used for every lane.
///
/// A lane costs `O(pixels · log spans)`, because the first event of each pixel is looked up once for
/// the whole view; where spans are crowded over many pixels, one rectangle stands for them all.
#[derive(Debug)]
pub struct Window<'a> {
    model: &'a Model,
    axis: Axis,
    viewport: Viewport,
    /// How many events lie left of each pixel, and of the right edge of the last.
    left_of: Vec<u32>,
    /// Where the events left of the view end among the instants.
    first_instant: usize,
    end_px: f64,
}

impl<'a> Window<'a> {
    /// Creates the window through which `viewport` sees `model`.
    pub fn new(model: &'a Model, axis: &Axis, viewport: &Viewport) -> Self {
        let pixels = viewport.width_px.clamp(0.0, MOST_PX).ceil() as usize;
        let mut instant = 0;
        let mut first_instant = 0;
        let mut left_of = Vec::with_capacity(pixels + 2);
        for px in 0..pixels + 2 {
            let x = viewport.x_from_px(px as f64);
            left_of.push(axis.count_events(model, &mut instant, |event_x| event_x < x));
            if px == 0 {
                first_instant = instant;
            }
        }
        let end_px = viewport.px_from_x(axis.x_from_moment(model.extent().end));
        Self { model, axis: *axis, viewport: *viewport, left_of, first_instant, end_px }
    }

    /// Returns what to paint of a lane, from left to right: what overlaps the view, an open span up
    /// to the end of what is known.
    pub fn spans(&self, lane: LaneId) -> VisibleSpans<'_> {
        let lane = self.model.lane(lane).filter(|_| self.end_px >= 0.0);
        let first = lane.map_or(0, |lane| {
            let before = lane.spans.partition_point(|span| span.order <= self.left_of[0]);
            before.saturating_sub(1)
        });
        let mut spans = VisibleSpans { window: self, lane, index: first, instant: self.first_instant };
        // The span that reaches into the view is wanted, and not one that ended left of it.
        if lane.is_some_and(|lane| lane.end_order(first).is_some_and(|end| end <= self.left_of[0])) {
            spans.index += 1;
        }
        spans
    }

    /// Returns the span under a pixel. A poll within `tolerance_px` is preferred, so that the
    /// narrowest slices can be pointed at.
    pub fn hit(&self, id: LaneId, px: f64, tolerance_px: f64) -> Option<Span> {
        const NEIGHBOURS: usize = 64;
        let lane = self.model.lane(id)?;
        let order = self.axis.moment_from_x(self.model, self.viewport.x_from_px(px)).order;
        let after = lane.spans.partition_point(|span| span.order <= order);
        let mut best: Option<(bool, f64, usize)> = None;
        for index in after.saturating_sub(NEIGHBOURS)..(after + NEIGHBOURS).min(lane.spans.len()) {
            let Some(span) = lane.spans.get(index) else { break };
            let begin = self.px(span.order);
            let end = lane.end_order(index).map_or(self.end_px, |order| self.px(order));
            let distance = (begin - px).max(px - end).max(0.0);
            if distance > tolerance_px.max(0.0) {
                continue;
            }
            let is_less = span.state() != State::Polling;
            // Neighbours touch: at equal distance the later one is under the pixel.
            if best.is_none_or(|(less, nearest, _)| (is_less, distance) <= (less, nearest)) {
                best = Some((is_less, distance, index));
            }
        }
        self.model.span(id, best?.2)
    }

    fn px(&self, order: u32) -> f64 {
        self.viewport.px_from_x(self.axis.x_from_moment(self.model.moment_of(order)))
    }
}

/// What to paint of a lane, from left to right; see [`Window::spans`].
#[derive(Debug)]
pub struct VisibleSpans<'w> {
    window: &'w Window<'w>,
    lane: Option<&'w Lane>,
    index: usize,
    /// Where the last order was found among the instants: the next is near.
    instant: usize,
}

impl VisibleSpans<'_> {
    /// Returns how many spans from `first` on, which begins in `pixel`, are one rectangle, and its
    /// state: pixel after pixel in which no span is wide and the strongest state is the same.
    ///
    /// Only orders are compared here, and no places are computed: this is where a million spans are
    /// passed over.
    fn crowd(&self, first: usize, pixel: usize) -> (State, usize) {
        let Some(lane) = self.lane else { return (State::Idle, 0) };
        let mut index = first;
        let mut strongest = None;
        for edges in self.window.left_of[pixel.min(self.window.left_of.len())..].windows(3) {
            let after = lane.spans.gallop(index + 1, |span| span.order <= edges[1]);
            let is_wide = |index| lane.end_order(index).is_none_or(|end| end > edges[2]);
            let end = after - usize::from(is_wide(after - 1));
            let Some(state) = strongest_of(lane, index, end) else { break };
            if *strongest.get_or_insert(state) != state {
                break;
            }
            index = end;
            if end < after || end == lane.spans.len() {
                break;
            }
        }
        (strongest.unwrap_or(State::Idle), index - first)
    }

    fn px(&mut self, order: u32) -> f64 {
        let model = self.window.model;
        let after = model.instant_orders.gallop(self.instant, |first| first <= order);
        let Some(instant) = after.checked_sub(1).filter(|instant| *instant >= self.instant) else {
            return self.window.px(order);
        };
        self.instant = instant;
        let nanos = model.instant_nanos.get(instant).unwrap_or_default();
        self.window.viewport.px_from_x(self.window.axis.x_from_moment(Moment { nanos, order }))
    }
}

impl Iterator for VisibleSpans<'_> {
    type Item = VisibleSpan;

    fn next(&mut self) -> Option<VisibleSpan> {
        let (window, lane, first) = (self.window, self.lane?, self.index);
        let span = lane.spans.get(first)?;
        let begin_px = self.px(span.order);
        if begin_px > window.viewport.width_px {
            return None;
        }
        let end = lane.end_order(first);
        let end_px = end.map_or(window.end_px, |end| self.px(end));
        let single =
            VisibleSpan { begin_px, end_px, state: span.state(), first, spans: 1, is_open: end.is_none() };
        self.index = first + 1;
        if end_px - begin_px >= 1.0 || begin_px < 0.0 {
            return Some(single);
        }
        let (state, spans) = self.crowd(first, begin_px as usize);
        if spans < 2 {
            return Some(single);
        }
        self.index = first + spans;
        let end = lane.end_order(self.index - 1);
        let end_px = end.map_or(window.end_px, |end| self.px(end));
        Some(VisibleSpan { end_px, state, spans, is_open: end.is_none(), ..single })
    }
}

fn strongest_of(lane: &Lane, from: usize, to: usize) -> Option<State> {
    let mut strongest = None;
    for index in from..to {
        strongest = strongest.max(lane.spans.get(index).map(|span| span.state()));
        if strongest == Some(State::Polling) {
            break;
        }
    }
    strongest
}

//! Taking in frames: the state machine of `trace::event`, forgiving about what is missing.

use super::events::{Kind, RawEvent, RawJoin, RawLog, RawTracing, RawValue};
use super::lane::fallback_name;
use super::resources::RawOp;
use super::span::RawWait;
use super::wakes::RawWake;
use super::{Gap, Lane, LaneEnd, LaneKind, Model, Moment, State, TracingEdgeKind};
use crate::trace::{Event, Frame, LaneId, LocationId, MAX_NAMES, NameId, SpanId};

impl Model {
    /// Takes in what a frame says. Any frame is fine: what is lost or makes no sense is bridged, and
    /// what was taken in before is passed over.
    pub fn apply(&mut self, frame: &Frame) {
        self.take_frame(frame);
        self.arrange();
    }

    /// As [`Model::apply`] for one of many frames: the rows wait for [`Model::arrange`].
    pub(crate) fn take_frame(&mut self, frame: &Frame) {
        self.take_tables(frame);
        self.note_gap(frame);
        self.now_nanos = self.now_nanos.max(frame.base_nanos);
        for (index, event) in frame.events.iter().enumerate() {
            let seq = frame.first_seq.saturating_add(index as u64);
            if seq >= self.next_seq {
                self.next_seq = seq.saturating_add(1);
                self.take(event);
            }
        }
    }

    /// Puts the lanes in rows, if there are new ones.
    pub(crate) fn arrange(&mut self) {
        if self.rows_are_stale {
            self.rebuild_rows();
        }
    }

    fn take_tables(&mut self, frame: &Frame) {
        // Room for one more than the recorder ever uses: the name that stands for all it refused.
        fill(&mut self.names, frame.first_name as usize, &frame.names, MAX_NAMES + 2);
        fill(&mut self.locations, frame.first_location as usize, &frame.locations, usize::from(u16::MAX) + 1);
        self.dropped.names = self.dropped.names.max(frame.names_refused);
    }

    fn note_gap(&mut self, frame: &Frame) {
        let lost = frame.first_seq.saturating_sub(self.next_seq);
        if lost == 0 {
            return;
        }
        if self.events.is_empty() {
            self.begin_nanos = self.begin_nanos.max(frame.base_nanos);
            self.now_nanos = self.now_nanos.max(self.begin_nanos);
        }
        self.next_seq = frame.first_seq;
        self.dropped.events = self.dropped.events.saturating_add(lost);
        let after = self.extent().end;
        match self.gaps.last_mut() {
            Some(last) if last.after.order == after.order => last.events = last.events.saturating_add(lost),
            _ => self.gaps.push(Gap { after, events: lost }),
        }
        // A lane that ended within a poll waits for the end of that poll, which may be among the lost.
        for place in self.unclosed.drain(..) {
            let lane = &mut self.lanes[place as usize];
            lane.closed = lane.closed.or(lane.end.map(|end| end.moment.order));
        }
    }

    fn take(&mut self, event: &Event) {
        if let Event::Clock { nanos } = *event {
            if self.event_count() < self.limit || self.dropped.refused == 0 {
                self.now_nanos = self.now_nanos.max(nanos);
            }
            return;
        }
        if self.event_count() >= self.limit {
            self.dropped.refused += 1;
            return;
        }
        let moment = Moment { nanos: self.now_nanos, order: self.event_count() + 1 };
        let (kind, id) = kind_and_lane(event);
        let place = self.place_of_lane(id, moment);
        if place.is_none() && id != LaneId::OUTSIDE {
            self.dropped.refused += 1;
            return;
        }
        if self.instant_nanos.last() != Some(moment.nanos) {
            self.instant_nanos.push(moment.nanos);
            self.instant_orders.push(moment.order);
        }
        self.events.push(RawEvent::new(kind, place));
        let lane = place.map(|place| &mut self.lanes[place as usize]);
        match *event {
            Event::Clock { .. } => {}
            Event::Spawned { parent, name, location, .. } => {
                self.make(place, LaneKind::Task, parent, name, location, moment);
            }
            Event::Child { parent, name, location, .. } => {
                // The parent is needed for the place on the display, whatever happened to its spawn.
                self.place_of_lane(parent, moment);
                self.make(place, LaneKind::Child, parent, name, location, moment);
            }
            Event::Woken { by, cause, location, .. } => {
                let number = self.wakes.len() as u32;
                self.wakes.push(RawWake { order: moment.order, by: by.0, location: location.0, cause });
                if let Some(lane) = lane {
                    lane.on_woken(moment, number);
                }
            }
            Event::PollBegin { .. } => lane.into_iter().for_each(|lane| lane.on_poll_begin(moment)),
            Event::PollEnd { .. } => lane.into_iter().for_each(|lane| lane.on_poll_end(moment)),
            Event::Waiting { on, location, detail, .. } => {
                let number = self.waits.len() as u32;
                self.waits.push(RawWait { detail, order: moment.order, location: location.0, on });
                if let Some(lane) = lane {
                    lane.waiting = Some(number);
                }
            }
            Event::Ended { end, message, .. } => {
                if let (Some(lane), Some(place)) = (lane, place) {
                    let was_over = lane.end.is_some();
                    lane.on_ended(LaneEnd { moment, end, message });
                    if !was_over && lane.closed.is_none() {
                        self.unclosed.push(place);
                    }
                }
            }
            Event::Log { level, message, location, .. } => {
                self.logs.push(RawLog { order: moment.order, level, message, location });
            }
            Event::Value { name, value, .. } => {
                self.values.push(RawValue { order: moment.order, name, value });
            }
            Event::Resource { resource, kind, capacity, lane, location } => {
                self.make_resource(resource, (kind, capacity), (lane, location), moment);
            }
            Event::ResourceName { resource, name } => self.name_the_resource(resource, name, moment),
            Event::Op { resource, op, location, detail, .. } => {
                let order = moment.order;
                self.take_op(RawOp { order, resource: resource.0, detail, location: location.0, op }, moment);
            }
            Event::SpanNew { span, name, location, .. } => {
                self.take_edge(moment, span, TracingEdgeKind::New(name, location));
            }
            Event::SpanEnter { span, .. } => self.take_edge(moment, span, TracingEdgeKind::Enter),
            Event::SpanExit { span, .. } => self.take_edge(moment, span, TracingEdgeKind::Exit),
            Event::SpanClose { span, .. } => self.take_edge(moment, span, TracingEdgeKind::Close),
            Event::Joined { by, .. } | Event::Detached { by, .. } => {
                self.joins.push(RawJoin { order: moment.order, by: by.0 });
                if let Some(lane) = lane {
                    match event {
                        Event::Joined { .. } => lane.joined = Some((moment, by)),
                        _ => lane.detached = Some((moment, by)),
                    }
                }
            }
            Event::RunEnded { end } => {
                self.run_end.get_or_insert((end, moment));
            }
        }
    }

    fn take_edge(&mut self, moment: Moment, span: SpanId, kind: TracingEdgeKind) {
        let edge = RawTracing { order: moment.order, span: span.0, kind };
        self.tracing.push(edge);
        self.tracing_by_lane.take(self.lane_of_event(moment.order), &edge);
    }

    /// Returns the place of a lane in `lanes`; makes a placeholder if it was never heard of and there is room.
    fn place_of_lane(&mut self, id: LaneId, moment: Moment) -> Option<u32> {
        if id == LaneId::OUTSIDE {
            return None;
        }
        if let Some(place) = self.places_of_lanes.get(&id.0) {
            return Some(*place);
        }
        if self.lanes.len() >= Self::MAX_LANES {
            return None;
        }
        let place = self.lanes.len() as u32;
        self.places_of_lanes.insert(id.0, place);
        self.lanes.push(Lane::placeholder(id, moment));
        self.rows_are_stale = true;
        Some(place)
    }

    fn make(
        &mut self,
        place: Option<u32>,
        kind: LaneKind,
        parent: LaneId,
        name: NameId,
        location: LocationId,
        moment: Moment,
    ) {
        let is_named = name != NameId::NONE;
        let own_name = self.text(name).to_owned();
        let Some(lane) = place.map(|place| &mut self.lanes[place as usize]) else { return };
        if !lane.is_placeholder {
            return;
        }
        lane.is_placeholder = false;
        lane.kind = kind;
        lane.parent = parent;
        lane.location = location;
        lane.is_named = is_named;
        lane.name = if is_named { own_name } else { fallback_name(kind, lane.id) };
        if kind == LaneKind::Task && lane.state().is_none() && lane.end.is_none() {
            lane.begin(moment, State::Scheduled, None);
        }
        self.rows_are_stale = true;
    }
}

impl Lane {
    fn on_woken(&mut self, moment: Moment, wake: u32) {
        match self.state() {
            _ if self.end.is_some() => {}
            Some(State::Polling) => self.rewoken = self.rewoken.or(Some(wake)),
            Some(State::Scheduled) => {}
            Some(State::Idle) | None => self.begin(moment, State::Scheduled, Some(wake)),
        }
    }

    fn on_poll_begin(&mut self, moment: Moment) {
        if self.end.is_some() {
            return;
        }
        self.polls += 1;
        self.rewoken = None;
        self.waiting = None;
        self.begin(moment, State::Polling, Some(self.polls));
    }

    fn on_poll_end(&mut self, moment: Moment) {
        if self.end.is_some() {
            self.closed = self.closed.or(Some(moment.order));
        } else if let Some(wake) = self.rewoken.take() {
            self.begin(moment, State::Scheduled, Some(wake));
        } else if self.state() != Some(State::Idle) {
            let waiting = self.waiting.take();
            self.begin(moment, State::Idle, waiting);
        }
    }

    fn on_ended(&mut self, end: LaneEnd) {
        if self.end.is_some() {
            return;
        }
        self.end = Some(end);
        if self.state() != Some(State::Polling) {
            self.closed = Some(end.moment.order);
        }
    }
}

fn kind_and_lane(event: &Event) -> (Kind, LaneId) {
    match *event {
        Event::Spawned { lane, .. } => (Kind::Spawned, lane),
        Event::Child { lane, .. } => (Kind::Child, lane),
        Event::Woken { lane, .. } => (Kind::Woken, lane),
        Event::PollBegin { lane } => (Kind::PollBegin, lane),
        Event::PollEnd { lane } => (Kind::PollEnd, lane),
        Event::Waiting { lane, .. } => (Kind::Waiting, lane),
        Event::Ended { lane, .. } => (Kind::Ended, lane),
        Event::Log { lane, .. } => (Kind::Log, lane),
        Event::Value { lane, .. } => (Kind::Value, lane),
        Event::Resource { lane, .. } => (Kind::Resource, lane),
        Event::ResourceName { .. } => (Kind::ResourceName, LaneId::OUTSIDE),
        Event::Op { lane, .. } => (Kind::Op, lane),
        Event::SpanNew { lane, .. }
        | Event::SpanEnter { lane, .. }
        | Event::SpanExit { lane, .. }
        | Event::SpanClose { lane, .. } => (Kind::Tracing, lane),
        Event::Joined { lane, .. } => (Kind::Joined, lane),
        Event::Detached { lane, .. } => (Kind::Detached, lane),
        Event::Clock { .. } | Event::RunEnded { .. } => (Kind::RunEnded, LaneId::OUTSIDE),
    }
}

/// Lays `values` into `table` from `first` on, and leaves holes where some were lost.
fn fill<T: Clone>(table: &mut Vec<Option<T>>, first: usize, values: &[T], limit: usize) {
    for (place, value) in (first..limit).zip(values) {
        if place >= table.len() {
            table.resize(place + 1, None);
        }
        table[place] = Some(value.clone());
    }
}

//! The recorder: a bounded ring of events and the tables they refer to.

use std::collections::VecDeque;
use std::panic::Location;

use super::frame::Frame;
use super::intern::{Locations, Names};
use super::{Event, LaneId, LocationId, NameId, ResourceId, SpanId, WaitKind};

/// Keeps the newest events of a run, up to a number, until a frame takes them.
///
/// When the ring is full the oldest event makes room and is counted in
/// [`Frame::dropped`]; the tables of names and places are bounded too.
#[derive(Debug)]
pub struct Recorder {
    ring: VecDeque<Event>,
    capacity: usize,
    recording: bool,
    /// The clock after the last event.
    now_nanos: u64,
    /// The clock before the first event in the ring.
    base_nanos: u64,
    first_seq: u64,
    dropped: u64,
    last_lane: u32,
    last_resource: u32,
    last_span: u32,
    names: Names,
    locations: Locations,
    names_sent: usize,
    locations_sent: usize,
}

impl Recorder {
    /// How many events a recorder holds between two frames unless told otherwise.
    pub const DEFAULT_CAPACITY: usize = 1 << 16;

    /// Creates a recorder that holds at most `capacity` events between two frames.
    pub fn new(capacity: usize) -> Self {
        Self {
            ring: VecDeque::new(),
            capacity: capacity.max(1),
            recording: true,
            now_nanos: 0,
            base_nanos: 0,
            first_seq: 0,
            dropped: 0,
            last_lane: 0,
            last_resource: 0,
            last_span: 0,
            names: Names::new(),
            locations: Locations::new(),
            names_sent: 1,
            locations_sent: 1,
        }
    }

    /// Creates a recorder that hands out lanes and keeps nothing.
    pub fn off() -> Self {
        Self { recording: false, ..Self::new(1) }
    }

    /// Returns whether events are kept.
    #[inline]
    pub fn is_recording(&self) -> bool {
        self.recording
    }

    /// Keeps an event.
    #[inline]
    pub fn push(&mut self, event: Event) {
        if !self.recording {
            return;
        }
        if self.ring.len() == self.capacity {
            self.drop_oldest();
        }
        self.ring.push_back(event);
    }

    /// Makes the clock read `nanos` for the events that follow.
    #[inline]
    pub fn set_clock(&mut self, nanos: u64) {
        if nanos > self.now_nanos {
            self.now_nanos = nanos;
            self.push(Event::Clock { nanos });
        }
    }

    /// Returns what the clock reads, in nanoseconds since the run's start.
    pub fn now_nanos(&self) -> u64 {
        self.now_nanos
    }

    /// Takes the next lane number.
    #[inline]
    pub fn new_lane(&mut self) -> LaneId {
        self.last_lane += 1;
        LaneId(self.last_lane)
    }

    /// Returns how many lane numbers were taken.
    pub fn lanes(&self) -> u32 {
        self.last_lane
    }

    /// Takes the next resource number.
    pub fn new_resource(&mut self) -> ResourceId {
        self.last_resource += 1;
        ResourceId(self.last_resource)
    }

    /// Takes the next span number.
    pub fn new_span(&mut self) -> SpanId {
        self.last_span += 1;
        SpanId(self.last_span)
    }

    /// Returns the number of a string, the same for equal strings.
    pub fn name(&mut self, text: &str) -> NameId {
        if self.recording { self.names.intern(text) } else { NameId::NONE }
    }

    /// Returns the number of a place in the source.
    #[inline]
    pub fn location(&mut self, location: &'static Location<'static>) -> LocationId {
        if self.recording { self.locations.intern(location) } else { LocationId::NONE }
    }

    /// Returns the number of a line of the source that is known by its text alone.
    pub fn line(&mut self, file: &str, line: u32) -> LocationId {
        if self.recording { self.locations.line(file, line) } else { LocationId::NONE }
    }

    /// Returns what the lane waits for, if its last poll is the last thing in the ring and says so.
    pub fn last_wait(&self, lane: LaneId) -> Option<WaitKind> {
        self.ring.iter().rev().take(16).find_map(|event| match *event {
            Event::Waiting { lane: of, on, .. } if of == lane => Some(Some(on)),
            Event::PollBegin { lane: of } if of == lane => Some(None),
            _ => None,
        })?
    }

    /// Returns how many events wait to be taken.
    pub fn len(&self) -> usize {
        self.ring.len()
    }

    /// Returns whether no event waits to be taken.
    pub fn is_empty(&self) -> bool {
        self.ring.is_empty()
    }

    /// Returns whether the ring is half full, so that a frame should be taken soon.
    pub fn wants_frame(&self) -> bool {
        self.ring.len() * 2 >= self.capacity
    }

    /// Returns how many events were lost so far because nobody took them in time.
    pub fn dropped(&self) -> u64 {
        self.dropped
    }

    /// Takes everything recorded since the last frame.
    pub fn take_frame(&mut self) -> Frame {
        let events: Vec<Event> = self.ring.drain(..).collect();
        let frame = Frame {
            first_seq: self.first_seq,
            dropped: self.dropped,
            names_refused: self.names.refused(),
            base_nanos: self.base_nanos,
            first_name: self.names_sent as u32,
            names: self.names.list()[self.names_sent..].to_vec(),
            first_location: self.locations_sent as u32,
            locations: self.locations.list()[self.locations_sent..].to_vec(),
            events,
        };
        self.names_sent = self.names.list().len();
        self.locations_sent = self.locations.list().len();
        self.first_seq += frame.events.len() as u64;
        self.base_nanos = self.now_nanos;
        frame
    }

    #[cold]
    fn drop_oldest(&mut self) {
        if let Some(Event::Clock { nanos }) = self.ring.pop_front() {
            self.base_nanos = nanos;
        }
        self.first_seq += 1;
        self.dropped += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_ring_drops_the_oldest_and_says_so() {
        let mut recorder = Recorder::new(4);
        for lane in 1..=10 {
            recorder.set_clock(lane * 100);
            recorder.push(Event::PollBegin { lane: LaneId(lane as u32) });
        }
        assert_eq!(recorder.len(), 4);
        let frame = recorder.take_frame();
        assert_eq!(frame.dropped, 16);
        assert_eq!(frame.first_seq, 16);
        assert_eq!(frame.base_nanos, 800);
        assert_eq!(frame.events[0], Event::Clock { nanos: 900 });
    }

    #[test]
    fn each_name_is_sent_once() {
        let mut recorder = Recorder::new(4);
        recorder.name("a");
        assert_eq!(recorder.take_frame().names, ["a"]);
        recorder.name("a");
        recorder.name("b");
        let frame = recorder.take_frame();
        assert_eq!(frame.names, ["b"]);
        assert_eq!(frame.first_name, 2);
    }

    #[test]
    fn a_recorder_that_is_off_keeps_nothing_but_hands_out_lanes() {
        let mut recorder = Recorder::off();
        assert_eq!(recorder.new_lane(), LaneId(1));
        recorder.push(Event::PollBegin { lane: LaneId(1) });
        recorder.set_clock(5);
        assert!(recorder.is_empty());
        assert_eq!(recorder.new_lane(), LaneId(2));
    }

    #[test]
    fn the_clock_never_goes_back() {
        let mut recorder = Recorder::new(8);
        recorder.set_clock(50);
        recorder.set_clock(40);
        assert_eq!(recorder.take_frame().events, [Event::Clock { nanos: 50 }]);
    }
}

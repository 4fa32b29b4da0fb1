//! Events in a frame: a code and its fields.

use super::bytes::{Reader, put_signed, put_u64};
use super::{
    End, Event, FrameError, LaneId, Level, LocationId, NameId, Op, ResourceId, ResourceKind, RunEnd, SpanId,
    WaitKind, WakeCause,
};

pub(super) struct EventWriter<'a> {
    out: &'a mut Vec<u8>,
    lane: u32,
    nanos: u64,
}

impl<'a> EventWriter<'a> {
    pub(super) fn new(out: &'a mut Vec<u8>, nanos: u64) -> Self {
        Self { out, lane: 0, nanos }
    }

    fn head(&mut self, code: u8, lane: LaneId) {
        self.out.push(code);
        put_signed(self.out, i64::from(lane.0) - i64::from(self.lane));
        self.lane = lane.0;
    }

    fn id(&mut self, id: u32) {
        put_u64(self.out, u64::from(id));
    }

    fn pair(&mut self, code: u8, lane: LaneId, other: u32) {
        self.head(code, lane);
        self.id(other);
    }

    pub(super) fn put(&mut self, event: &Event) {
        match *event {
            Event::Clock { nanos } => {
                self.out.push(0);
                put_u64(self.out, nanos.wrapping_sub(self.nanos));
                self.nanos = nanos;
            }
            Event::Spawned { lane, parent, name, location } => {
                self.head(1, lane);
                self.id(parent.0);
                self.id(name.0);
                self.id(u32::from(location.0));
            }
            Event::Child { lane, parent, name, location } => {
                self.head(2, lane);
                self.id(parent.0);
                self.id(name.0);
                self.id(u32::from(location.0));
            }
            Event::Woken { lane, by, cause, location } => {
                self.head(3, lane);
                self.out.push(cause as u8);
                self.id(by.0);
                self.id(u32::from(location.0));
            }
            Event::PollBegin { lane } => self.head(4, lane),
            Event::PollEnd { lane } => self.head(5, lane),
            Event::Waiting { lane, on, location, detail } => {
                self.head(6, lane);
                self.out.push(on as u8);
                self.id(u32::from(location.0));
                put_u64(self.out, detail);
            }
            Event::Ended { lane, end, message } => {
                self.head(7, lane);
                self.out.push(end as u8);
                self.id(message.0);
            }
            Event::Log { lane, level, message, location } => {
                self.head(8, lane);
                self.out.push(level as u8);
                self.id(message.0);
                self.id(u32::from(location.0));
            }
            Event::Value { lane, name, value } => {
                self.head(9, lane);
                self.id(name.0);
                self.id(value.0);
            }
            Event::RunEnded { end } => {
                self.out.push(10);
                self.out.push(end as u8);
            }
            Event::Resource { resource, kind, capacity, lane, location } => {
                self.head(11, lane);
                self.out.push(kind as u8);
                self.id(resource.0);
                // One more, so that "no limit" is the short 0.
                self.id(capacity.wrapping_add(1));
                self.id(u32::from(location.0));
            }
            Event::ResourceName { resource, name } => {
                self.out.push(12);
                self.id(resource.0);
                self.id(name.0);
            }
            Event::Op { lane, resource, op, location, detail } => {
                self.head(13, lane);
                self.out.push(op as u8);
                self.id(resource.0);
                self.id(u32::from(location.0));
                self.id(detail);
            }
            Event::SpanNew { lane, span, name, level, location } => {
                self.head(14, lane);
                self.out.push(level as u8);
                self.id(span.0);
                self.id(name.0);
                self.id(u32::from(location.0));
            }
            Event::SpanEnter { lane, span } => self.pair(15, lane, span.0),
            Event::SpanExit { lane, span } => self.pair(16, lane, span.0),
            Event::SpanClose { lane, span } => self.pair(17, lane, span.0),
            Event::Joined { lane, by } => self.pair(18, lane, by.0),
            Event::Detached { lane, by } => self.pair(19, lane, by.0),
        }
    }
}

pub(super) struct EventReader<'a> {
    reader: Reader<'a>,
    lane: u32,
    nanos: u64,
}

impl<'a> EventReader<'a> {
    pub(super) fn new(reader: Reader<'a>, nanos: u64) -> Self {
        Self { reader, lane: 0, nanos }
    }

    /// Sees to it that nothing follows.
    pub(super) fn finish(&self) -> Result<(), FrameError> {
        if self.reader.is_at_end() {
            return Ok(());
        }
        Err(self.reader.malformed("nothing should follow the last event"))
    }

    fn lane(&mut self) -> Result<LaneId, FrameError> {
        let lane = i64::from(self.lane).checked_add(self.reader.signed()?);
        let lane = lane.and_then(|lane| u32::try_from(lane).ok());
        self.lane = lane.ok_or_else(|| self.reader.malformed("a lane number is out of range"))?;
        Ok(LaneId(self.lane))
    }

    fn name(&mut self) -> Result<NameId, FrameError> {
        Ok(NameId(self.reader.u32()?))
    }

    fn location(&mut self) -> Result<LocationId, FrameError> {
        let number = self.reader.u32()?;
        u16::try_from(number)
            .map(LocationId)
            .map_err(|_| self.reader.malformed("a location number is out of range"))
    }

    fn code<T>(&mut self, from_code: fn(u8) -> Option<T>) -> Result<T, FrameError> {
        let code = self.reader.byte()?;
        from_code(code).ok_or_else(|| self.reader.malformed("an unknown code"))
    }

    pub(super) fn get(&mut self) -> Result<Event, FrameError> {
        Ok(match self.reader.byte()? {
            0 => {
                let step = self.reader.u64()?;
                let nanos = self.nanos.checked_add(step);
                self.nanos = nanos.ok_or_else(|| self.reader.malformed("the clock overflows"))?;
                Event::Clock { nanos: self.nanos }
            }
            1 => Event::Spawned {
                lane: self.lane()?,
                parent: LaneId(self.reader.u32()?),
                name: self.name()?,
                location: self.location()?,
            },
            2 => Event::Child {
                lane: self.lane()?,
                parent: LaneId(self.reader.u32()?),
                name: self.name()?,
                location: self.location()?,
            },
            3 => {
                let lane = self.lane()?;
                let cause = self.code(WakeCause::from_code)?;
                Event::Woken { lane, cause, by: LaneId(self.reader.u32()?), location: self.location()? }
            }
            4 => Event::PollBegin { lane: self.lane()? },
            5 => Event::PollEnd { lane: self.lane()? },
            6 => {
                let lane = self.lane()?;
                let on = self.code(WaitKind::from_code)?;
                Event::Waiting { lane, on, location: self.location()?, detail: self.reader.u64()? }
            }
            7 => Event::Ended { lane: self.lane()?, end: self.code(End::from_code)?, message: self.name()? },
            8 => Event::Log {
                lane: self.lane()?,
                level: self.code(Level::from_code)?,
                message: self.name()?,
                location: self.location()?,
            },
            9 => Event::Value { lane: self.lane()?, name: self.name()?, value: self.name()? },
            10 => Event::RunEnded { end: self.code(RunEnd::from_code)? },
            11 => {
                let lane = self.lane()?;
                let kind = self.code(ResourceKind::from_code)?;
                let resource = ResourceId(self.reader.u32()?);
                let capacity = self.reader.u32()?.wrapping_sub(1);
                Event::Resource { resource, kind, capacity, lane, location: self.location()? }
            }
            12 => Event::ResourceName { resource: ResourceId(self.reader.u32()?), name: self.name()? },
            13 => {
                let lane = self.lane()?;
                let op = self.code(Op::from_code)?;
                let resource = ResourceId(self.reader.u32()?);
                Event::Op { lane, resource, op, location: self.location()?, detail: self.reader.u32()? }
            }
            14 => {
                let lane = self.lane()?;
                let level = self.code(Level::from_code)?;
                let span = SpanId(self.reader.u32()?);
                Event::SpanNew { lane, span, name: self.name()?, level, location: self.location()? }
            }
            15 => Event::SpanEnter { lane: self.lane()?, span: SpanId(self.reader.u32()?) },
            16 => Event::SpanExit { lane: self.lane()?, span: SpanId(self.reader.u32()?) },
            17 => Event::SpanClose { lane: self.lane()?, span: SpanId(self.reader.u32()?) },
            18 => Event::Joined { lane: self.lane()?, by: LaneId(self.reader.u32()?) },
            19 => Event::Detached { lane: self.lane()?, by: LaneId(self.reader.u32()?) },
            _ => return Err(self.reader.malformed("an unknown event")),
        })
    }
}

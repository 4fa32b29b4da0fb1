use super::*;
use crate::trace::{
    End, LaneId, Level, LocationId, NameId, Op, ResourceId, ResourceKind, RunEnd, SpanId, WaitKind, WakeCause,
};

fn sample() -> Frame {
    let lane = LaneId(7);
    Frame {
        first_seq: 300,
        dropped: 2,
        names_refused: 0,
        base_nanos: 40_000_000,
        first_name: 1,
        names: vec!["main".to_owned(), "größe".to_owned()],
        first_location: 1,
        locations: vec![Place { file: "src/patterns/race.rs".to_owned(), line: 12, column: 5 }],
        events: vec![
            Event::Spawned { lane, parent: LaneId(1), name: NameId(1), location: LocationId(1) },
            Event::Child { lane: LaneId(2), parent: lane, name: NameId(2), location: LocationId(1) },
            Event::PollBegin { lane },
            Event::Waiting { lane, on: WaitKind::Timer, location: LocationId(1), detail: u64::MAX },
            Event::PollEnd { lane },
            Event::Clock { nanos: 90_000_000 },
            Event::Woken { lane, by: LaneId::OUTSIDE, cause: WakeCause::Timer, location: LocationId::NONE },
            Event::Log { lane, level: Level::Warn, message: NameId(2), location: LocationId(1) },
            Event::Value { lane, name: NameId(1), value: NameId(2) },
            Event::Ended { lane: LaneId(u32::MAX), end: End::Panicked, message: NameId(1) },
            Event::Resource {
                resource: ResourceId(1),
                kind: ResourceKind::Mpsc,
                capacity: Event::UNBOUNDED,
                lane,
                location: LocationId(1),
            },
            Event::ResourceName { resource: ResourceId(1), name: NameId(2) },
            Event::Op { lane, resource: ResourceId(1), op: Op::Left, location: LocationId(1), detail: 7 },
            Event::SpanNew {
                lane,
                span: SpanId(3),
                name: NameId(1),
                level: Level::Info,
                location: LocationId(1),
            },
            Event::SpanEnter { lane, span: SpanId(3) },
            Event::SpanExit { lane, span: SpanId(3) },
            Event::SpanClose { lane, span: SpanId(3) },
            Event::Joined { lane, by: LaneId(2) },
            Event::Detached { lane, by: LaneId(2) },
            Event::RunEnded { end: RunEnd::Stalled },
        ],
    }
}

#[test]
fn every_event_survives_the_way_through_bytes() {
    let frame = sample();
    assert_eq!(Frame::decode(&frame.encode()), Ok(frame));
}

#[test]
fn frames_one_after_another_are_a_trace() {
    let mut bytes = sample().encode();
    sample().encode_into(&mut bytes);
    assert_eq!(Frame::decode_all(&bytes).map(|frames| frames.len()), Ok(2));
}

#[test]
fn every_flipped_bit_is_noticed() {
    let bytes = sample().encode();
    for bit in 0..bytes.len() * 8 {
        let mut damaged = bytes.clone();
        damaged[bit / 8] ^= 1 << (bit % 8);
        assert!(Frame::decode(&damaged).is_err(), "bit {bit} was flipped and nothing said");
    }
}

#[test]
fn every_cut_is_noticed() {
    let bytes = sample().encode();
    for length in 0..bytes.len() {
        assert!(Frame::decode(&bytes[..length]).is_err(), "{length} bytes passed for a whole frame");
    }
}

#[test]
fn foreign_bytes_are_named() {
    let error = Frame::decode(b"{\"traceEvents\":[]}").expect_err("JSON is no frame");
    assert_eq!(
        error.to_string(),
        "not a Wakeline trace: it begins with `7b227472` where a trace begins with `574b4c4e`"
    );
    let mut newer = sample().encode();
    newer[4] = 9;
    let error = Frame::decode(&newer).expect_err("a newer version");
    assert_eq!(error.to_string(), "trace version `9` cannot be read; this build reads version `2`");
}

#[test]
fn a_body_that_lies_about_its_counts_is_refused_without_allocating() {
    let mut body = vec![0, 0, 0, 0, 1];
    put_u64(&mut body, u64::MAX);
    assert!(matches!(decode_body(&body), Err(FrameError::Malformed { .. })));
}

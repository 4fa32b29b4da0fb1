//! Recordings that are damaged, cut, mixed up or made to do harm: an error or a model, and never a panic. What the fuzz
//! targets have found is here too.

use proptest::prelude::*;
use wakeline::formats::chrome;
use wakeline::formats::import::{ImportError, MAX_BYTES};
use wakeline::formats::trace_file::{self, Header};
use wakeline::patterns::Twin;
use wakeline::runtime::Schedule;

use super::readers;
use super::recorded::record;
use super::refused;

#[test]
fn what_is_no_recording_is_named_by_its_beginning() {
    for (bytes, words) in [
        (&b""[..], "the file is empty"),
        (b" \n\t", "the file is empty"),
        (b"\x7fELF\x02\x01\x01\x00\x00", "begins with `7f454c4602010100`"),
        (b"<!doctype html>", "begins with `<!doctype html>`"),
        (b"\x0a\x1d\x42\x05", "`traceconv json FILE`"),
        (b"\x1f\x8b\x08\x00", "`gunzip`"),
        (b"WKTRACE\x09\x00\x00\x00\x00", "version `9` cannot be read"),
        (b"WKTRACE\x01\xff\xff\xff\x7f", "and the most is `1048576`"),
        (b"WKTRACE\x01", "has only `8`: the file is cut short"),
        (b"WKLN\x01\x00\x00\x00\x00", "trace version `1` cannot be read"),
        (b"WKLN\x02\x00\x00\x00\x70", "at byte `0` says it has `1879048192` bytes, and the most is"),
    ] {
        let error = refused(bytes).to_string();
        assert!(error.contains(words), "{bytes:?}: {error}");
    }
}

#[test]
fn a_file_that_is_too_large_is_refused_with_the_limit() {
    let error = refused(vec![b'['; MAX_BYTES + 1]);
    assert_eq!(error, ImportError::TooLarge { bytes: MAX_BYTES as u64 + 1 });
    assert!(error.to_string().contains(&format!("at most `{MAX_BYTES}` are opened")));
}

#[test]
fn a_damaged_frame_is_named_with_its_place() {
    let recorded = record("race", Twin::Corrected, Schedule::Fifo, 0);
    let mut bytes = Vec::new();
    trace_file::write(&Header::default(), &recorded.frames, &mut bytes).expect("memory takes it");
    let at = bytes.len() - recorded.frames.len();
    let middle = at + recorded.frames.len() / 2;
    bytes[middle] ^= 0x10;
    let error = refused(&bytes).to_string();
    assert!(
        error.starts_with(&format!("in the frame at byte `{at}`: the trace is damaged: checksum")),
        "{error}"
    );
}

/// One of each format.
fn seeds() -> [Vec<u8>; 5] {
    let recorded = record("mpsc", Twin::Corrected, Schedule::Fifo, 0);
    let mut file = Vec::new();
    trace_file::write(&Header::default(), &recorded.frames, &mut file).expect("memory takes it");
    let console = include_bytes!("../data/tokio-console.json").to_vec();
    let generic = include_bytes!("../data/chrome.json").to_vec();
    [recorded.frames, file, chrome::to_string(&recorded.model).into_bytes(), console, generic]
}

/// A change to a file.
#[derive(Clone, Debug)]
enum Change {
    Set(prop::sample::Index, u8),
    Cut(prop::sample::Index),
    Repeat(prop::sample::Index, prop::sample::Index),
    Remove(prop::sample::Index, prop::sample::Index),
    /// What stands in one place is put in another.
    Copy(prop::sample::Index, prop::sample::Index, prop::sample::Index),
}

impl Change {
    fn apply(&self, bytes: &mut Vec<u8>) {
        let length = bytes.len() + 1;
        let range = |a: &prop::sample::Index, b: &prop::sample::Index| {
            let (a, b) = (a.index(length), b.index(length));
            a.min(b)..a.max(b)
        };
        match self {
            Self::Set(at, byte) if !bytes.is_empty() => {
                let at = at.index(bytes.len());
                bytes[at] = *byte;
            }
            Self::Set(..) => {}
            Self::Cut(at) => bytes.truncate(at.index(length)),
            Self::Repeat(a, b) => {
                let piece = bytes[range(a, b)].to_vec();
                let end = range(a, b).end;
                bytes.splice(end..end, piece);
            }
            Self::Remove(a, b) => drop(bytes.drain(range(a, b))),
            Self::Copy(a, b, to) => {
                let piece = bytes[range(a, b)].to_vec();
                let to = to.index(length);
                bytes.splice(to..to, piece);
            }
        }
    }
}

fn changes() -> impl Strategy<Value = Vec<Change>> {
    let index = any::<prop::sample::Index>;
    // What JSON is made of comes up more often than by chance.
    let byte = prop_oneof![any::<u8>(), prop::sample::select(&b"{}[]\",:0123456789eE.-+ntf"[..])];
    let change = prop_oneof![
        4 => (index(), byte).prop_map(|(at, byte)| Change::Set(at, byte)),
        1 => index().prop_map(Change::Cut),
        1 => (index(), index()).prop_map(|(a, b)| Change::Repeat(a, b)),
        1 => (index(), index()).prop_map(|(a, b)| Change::Remove(a, b)),
        1 => (index(), index(), index()).prop_map(|(a, b, to)| Change::Copy(a, b, to)),
    ];
    prop::collection::vec(change, 1..6)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(300) })]

    #[test]
    fn a_recording_that_was_changed_is_refused_or_shown(seed in 0..5usize, changes in changes()) {
        let mut bytes = seeds()[seed].clone();
        changes.iter().for_each(|change| change.apply(&mut bytes));
        readers::import(&bytes);
    }

    #[test]
    fn any_bytes_are_refused_or_shown(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        readers::import(&bytes);
        readers::frame(&bytes);
    }

    #[test]
    fn frames_whose_bodies_were_changed_are_refused_or_shown(changes in changes()) {
        let frame = record("race", Twin::Corrected, Schedule::Fifo, 0).frames;
        let mut body = frame[9..frame.len() - 4].to_vec();
        changes.iter().for_each(|change| change.apply(&mut body));
        readers::frame(&[&[1, 255], &body[..]].concat());
    }

    #[test]
    fn any_link_reads_the_same_once_it_is_written(
        parts in prop::collection::vec("(race|first-fetch|fast|url|seed|at|step|lane|on|theme|speed|twin|[?&=%#])?[ -~äé]{0,9}", 0..8)
    ) {
        readers::link(&parts.concat());
    }
}

//! What must hold whatever is read: shared by the tests, which try a little, and by the fuzz targets, which try
//! everything. Each function panics where something does not hold.
#![allow(dead_code, reason = "each user has its own part")]

use crc::{CRC_32_ISO_HDLC, Crc, Table};
use wakeline::app::link::{Link, recording_of};
use wakeline::embed::message::{Message, parse};
use wakeline::embed::options::Options;
use wakeline::formats::import::import as open;
use wakeline::formats::{chrome, html, json, svg, text};
use wakeline::timeline::Model;
use wakeline::trace::{Frame, frame::VERSION};

const CRC32: Crc<u32, Table<1>> = Crc::<u32, Table<1>>::new(&CRC_32_ISO_HDLC);

/// Reads a trace. After a first byte that is odd come the bodies of frames, each as long as the byte before it
/// says: checksums are put right, or nothing but the checksum would ever be tried.
pub fn frame(bytes: &[u8]) {
    let bytes = match bytes.split_first() {
        Some((first, bodies)) if first % 2 == 1 => sealed(bodies),
        _ => bytes.to_vec(),
    };
    let Ok(frames) = Frame::decode_all(&bytes) else {
        let mut untouched = Model::new();
        assert!(untouched.apply_bytes(&bytes).is_err());
        assert_eq!(untouched, Model::new(), "a trace that is refused leaves nothing behind");
        return;
    };
    let mut model = Model::with_limit(10_000);
    for frame in &frames {
        assert_eq!(Frame::decode(&frame.encode()).as_ref(), Ok(frame));
        model.apply(frame);
    }
    look(&model);
}

/// Makes frames of bodies, with a length before each of four times the byte that says it.
fn sealed(mut bodies: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    while let Some((length, rest)) = bodies.split_first() {
        let (body, after) = rest.split_at(rest.len().min(usize::from(*length) * 4));
        out.extend_from_slice(b"WKLN");
        out.push(VERSION);
        out.extend_from_slice(&(body.len() as u32).to_le_bytes());
        out.extend_from_slice(body);
        out.extend_from_slice(&CRC32.checksum(body).to_le_bytes());
        bodies = after;
    }
    out
}

/// Opens a recording of whatever format. One that is refused says what is wrong.
pub fn import(bytes: &[u8]) {
    match open(bytes) {
        Ok(imported) => {
            assert!(!imported.title.is_empty() && imported.notes.iter().all(|note| !note.is_empty()));
            look(&imported.model);
            // There may be nothing in it that a Chrome trace can tell of.
            let _ = open(chrome::to_string(&imported.model).as_bytes());
        }
        Err(error) => assert!(error.to_string().len() > 20, "{error}"),
    }
}

/// Reads a message of another window: it is understood, with everything in it, or refused in few words.
pub fn message(json: &str) {
    match parse(json) {
        Ok(Message::Load(attributes)) => {
            let options = Options::parse(&attributes);
            assert!(options.problems.iter().all(|problem| problem.to_string().len() < 2_000), "{options:?}");
            link(&options.link.to_fragment());
        }
        Ok(_) => {}
        Err(error) => assert!(error.to_string().len() < 1_000, "{error}"),
    }
}

/// Reads a link's fragment: what is written of it reads the same, whatever was damaged in it.
pub fn link(fragment: &str) {
    let _ = recording_of(fragment);
    let link = Link::parse(fragment);
    let written = link.to_fragment();
    let again = Link::parse(&written);
    assert!(again.problems.is_empty(), "`{written}` is refused: {:?}", again.problems);
    assert_eq!(again, Link { problems: Vec::new(), ..link });
}

/// Asks a model for everything that a page or a command line shows of it.
pub fn look(model: &Model) {
    assert!(model.rows().len() <= model.lanes().len());
    let end = model.extent().end;
    assert!(model.moment(end.order).is_some_and(|last| last.nanos <= end.nanos));
    for row in model.rows() {
        let spans: Vec<_> = model.spans(row.lane).collect();
        assert!(spans.is_sorted_by(|a, b| a.begin <= b.begin), "{spans:?}");
        let _ = model.stats_text(&model.lane_stats(row.lane, end));
        let _ = model.state_sentence(row.lane, end);
        let _ = (model.tracing_spans(row.lane).count(), model.tracing_pieces(row.lane).count());
    }
    let _ = model.findings();
    let options = text::Options { width: 80, ascii: false, lanes: 20 };
    let shown = text::timeline(model, &options);
    let _ = text::events(model);
    let picture = svg::Options::default();
    let _ = html::fragment(model, &html::Options { picture, text: &shown, link: None });
    for document in [json::to_string(model), chrome::to_string(model)] {
        serde_json::from_str::<serde::de::IgnoredAny>(&document).expect("what is written is JSON");
    }
}

//! Trace files: what ran and its frames, gzipped.

use std::io::{self, Read, Write};

use flate2::Compression;
use flate2::read::MultiGzDecoder;
use flate2::write::GzEncoder;

use super::plan::Plan;
use crate::formats::import::MAX_BYTES;
use crate::formats::trace_file::{self, GZIP_MAGIC, Header};

/// Writes the trace of a run.
pub(super) fn write(plan: &Plan, frames: &[u8], out: &mut dyn Write) -> io::Result<()> {
    let mut out = GzEncoder::new(out, Compression::best());
    trace_file::write(&header(plan), frames, &mut out)?;
    out.finish()?;
    Ok(())
}

fn header(plan: &Plan) -> Header {
    let values = plan.scene.values.iter().map(|(param, value)| (param.name.to_owned(), value.to_string()));
    Header {
        wakeline: env!("CARGO_PKG_VERSION").to_owned(),
        pattern: plan.pattern.id.to_owned(),
        twin: plan.twin.name().to_owned(),
        values: values.collect(),
        seed: plan.scene.seed,
        schedule: plan.engine.schedule().map(|schedule| schedule.name().to_owned()),
        clock: plan.engine.clock().name().to_owned(),
        runtime: plan.engine.runtime().to_owned(),
        threads: plan.engine.threads(),
    }
}

/// Reads a file, unpacked if it is gzipped, and no further than what is opened and a byte more.
pub(super) fn read(input: impl Read) -> io::Result<Vec<u8>> {
    let most = MAX_BYTES as u64 + 1;
    let mut bytes = Vec::new();
    input.take(most).read_to_end(&mut bytes)?;
    if !bytes.starts_with(&GZIP_MAGIC) {
        return Ok(bytes);
    }
    let mut unpacked = Vec::new();
    match MultiGzDecoder::new(&*bytes).take(most).read_to_end(&mut unpacked) {
        // What is cut short is opened as far as it goes; the reader of its format says so.
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof && !unpacked.is_empty() => Ok(unpacked),
        Err(error) => Err(error),
        Ok(_) => Ok(unpacked),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_gzipped_is_unpacked_and_what_is_cut_short_as_far_as_it_goes() {
        let text: Vec<u8> = (0..100_000u32).flat_map(|number| number.to_string().into_bytes()).collect();
        let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
        packed.write_all(&text).expect("memory takes it");
        let packed = packed.finish().expect("memory takes it");
        assert_eq!(read(&*packed).expect("it is whole"), text);
        assert_eq!(read(&*text).expect("it is not packed"), text);
        let cut = read(&packed[..packed.len() / 2]).expect("half is something");
        assert!(cut.len() > text.len() / 4 && text.starts_with(&cut));
    }

    #[test]
    fn what_unpacks_to_more_than_is_opened_is_not_unpacked_to_its_end() {
        let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
        let zeros = vec![0; 1 << 20];
        for _ in 0..MAX_BYTES / zeros.len() + 8 {
            packed.write_all(&zeros).expect("memory takes it");
        }
        let packed = packed.finish().expect("memory takes it");
        assert_eq!(read(&*packed).expect("it is whole").len(), MAX_BYTES + 1);
    }
}

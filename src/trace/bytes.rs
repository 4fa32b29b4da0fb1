//! Numbers and strings in a frame: unsigned LEB128, zigzag for signed, length-prefixed UTF-8.

use super::FrameError;

pub(super) fn put_u64(out: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        out.push(number as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

pub(super) fn put_signed(out: &mut Vec<u8>, number: i64) {
    put_u64(out, ((number << 1) ^ (number >> 63)) as u64);
}

pub(super) fn put_str(out: &mut Vec<u8>, text: &str) {
    put_u64(out, text.len() as u64);
    out.extend_from_slice(text.as_bytes());
}

pub(super) struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Reader<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    pub(super) fn malformed(&self, what: &'static str) -> FrameError {
        FrameError::Malformed { at: self.at, what }
    }

    pub(super) fn is_at_end(&self) -> bool {
        self.at == self.bytes.len()
    }

    pub(super) fn byte(&mut self) -> Result<u8, FrameError> {
        let byte = self.bytes.get(self.at).copied();
        let byte = byte.ok_or_else(|| self.malformed("the frame ends in the middle of a field"))?;
        self.at += 1;
        Ok(byte)
    }

    pub(super) fn u64(&mut self) -> Result<u64, FrameError> {
        let mut number = 0u64;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            let bits = u64::from(byte & 0x7f);
            if shift == 63 && bits > 1 {
                break;
            }
            number |= bits << shift;
            if byte & 0x80 == 0 {
                return Ok(number);
            }
        }
        Err(self.malformed("a number is too large"))
    }

    pub(super) fn u32(&mut self) -> Result<u32, FrameError> {
        let number = self.u64()?;
        u32::try_from(number).map_err(|_| self.malformed("a number is too large"))
    }

    pub(super) fn signed(&mut self) -> Result<i64, FrameError> {
        let number = self.u64()?;
        Ok((number >> 1) as i64 ^ -((number & 1) as i64))
    }

    /// Reads how many things follow. Each takes at least a byte, so a count beyond what is left is
    /// refused before anything is allocated for it.
    pub(super) fn count(&mut self) -> Result<usize, FrameError> {
        let count = self.u64()?;
        match usize::try_from(count) {
            Ok(count) if count <= self.bytes.len() - self.at => Ok(count),
            _ => Err(self.malformed("a count is larger than the frame")),
        }
    }

    pub(super) fn string(&mut self) -> Result<String, FrameError> {
        let length = self.count()?;
        let text = std::str::from_utf8(&self.bytes[self.at..self.at + length]);
        let text = text.map_err(|_| self.malformed("a string is not UTF-8"))?.to_owned();
        self.at += length;
        Ok(text)
    }
}

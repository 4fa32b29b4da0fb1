//! JSON written as it goes: a million slices never stand in memory as values.

use std::io::{self, Write};

use serde_json::Value;

/// Writes `[`, the items, one a line, and `]`.
pub(super) fn array(out: &mut impl Write, items: impl Iterator<Item = Value>) -> io::Result<()> {
    out.write_all(b"[")?;
    for (index, item) in items.enumerate() {
        out.write_all(if index == 0 { b"\n" } else { b",\n" })?;
        serde_json::to_writer(&mut *out, &item)?;
    }
    out.write_all(b"\n]")
}

/// Writes the key and the colon before a value of an object; `first` is the first key.
pub(super) fn key(out: &mut impl Write, first: bool, key: &str) -> io::Result<()> {
    out.write_all(if first { b"{" } else { b",\n" })?;
    serde_json::to_writer(&mut *out, key)?;
    out.write_all(b":")
}

/// Returns as text what `write` writes.
pub(super) fn to_string(write: impl FnOnce(&mut Vec<u8>) -> io::Result<()>) -> String {
    let mut bytes = Vec::new();
    write(&mut bytes).expect("writing to memory does not fail");
    String::from_utf8(bytes).expect("JSON is UTF-8")
}

//! Times as text, always with their unit.

/// Returns a length of time as text with its unit, exact to three decimals: `90 ms`, `1.5 µs`, `0 ms`.
pub fn duration_text(nanos: u64) -> String {
    todo!("{nanos}")
}

/// Returns what a clock reads in milliseconds with one decimal, at a steady width: `62.0 ms`.
pub fn clock_text(nanos: u64) -> String {
    todo!("{nanos}")
}

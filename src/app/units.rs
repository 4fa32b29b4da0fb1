//! Times as a reader types them.

/// Reads a time: `41`, `41 ms`, `1.5s`, `300 µs`, `17ns`; a bare number is milliseconds.
pub fn parse_nanos(text: &str) -> Option<u64> {
    let text = text.trim();
    let digits = text.trim_end_matches(|c: char| c.is_alphabetic());
    let nanos_per_unit = match &text[digits.len()..] {
        "s" => 1e9,
        "" | "ms" => 1e6,
        "us" | "µs" | "μs" => 1e3,
        "ns" => 1.0,
        _ => return None,
    };
    let number: f64 = digits.trim_end().replace(',', ".").parse().ok()?;
    let nanos = number * nanos_per_unit;
    // A year is more than any run takes, and far from where the arithmetic would suffer.
    (nanos.is_finite() && (0.0..=3.2e16).contains(&nanos)).then(|| nanos.round() as u64)
}

/// Writes a time for a link: exact, without a space, in the largest unit that keeps it whole.
pub fn short_nanos(nanos: u64) -> String {
    match nanos {
        0 => "0ms".to_owned(),
        _ if nanos % 1_000_000 == 0 => format!("{}ms", nanos / 1_000_000),
        _ if nanos % 1_000 == 0 => format!("{}us", nanos / 1_000),
        _ => format!("{nanos}ns"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_with_and_without_units() {
        for (text, nanos) in [
            ("41", Some(41_000_000)),
            (" 41.5 ms ", Some(41_500_000)),
            ("1,5s", Some(1_500_000_000)),
            ("300 µs", Some(300_000)),
            ("17ns", Some(17)),
            ("0", Some(0)),
            ("", None),
            ("ms", None),
            ("-3", None),
            ("1e400", None),
            ("3 hours", None),
            ("NaN", None),
        ] {
            assert_eq!(parse_nanos(text), nanos, "`{text}`");
        }
    }

    #[test]
    fn what_is_written_reads_the_same() {
        for nanos in [0, 1, 999, 1_000, 41_000_000, 41_000_001, 90_500_000] {
            assert_eq!(parse_nanos(&short_nanos(nanos)), Some(nanos));
        }
    }
}

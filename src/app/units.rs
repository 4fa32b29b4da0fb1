//! Times as a reader types them.

/// Reads a time: `41`, `41 ms`, `1.5s`, `300 µs`, `17ns`; a bare number is milliseconds.
pub fn parse_nanos(text: &str) -> Option<u64> {
    let text = text.trim();
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic() || matches!(c, 'µ' | 'μ'));
    let nanos_per_unit = match &text[digits.len()..] {
        "s" => 1_000_000_000,
        "" | "ms" => 1_000_000,
        "us" | "µs" | "μs" => 1_000,
        "ns" => 1,
        _ => return None,
    };
    let nanos = parse_decimal(&digits.trim_end().replace(',', "."), nanos_per_unit)?;
    // A year is more than any run takes.
    (nanos <= 32_000_000_000_000_000).then_some(nanos)
}

/// Reads a decimal number such as `1.5`, in units of which `one` make 1, rounded to the nearest.
///
/// It is whole numbers all the way: the standard library's way to a float is exact to the last bit,
/// and its tables would be the largest thing in the page for the sake of two text fields.
fn parse_decimal(text: &str, one: u64) -> Option<u64> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let is_number = |digits: &str| digits.bytes().all(|byte| byte.is_ascii_digit());
    if (whole.is_empty() && fraction.is_empty()) || !is_number(whole) || !is_number(fraction) {
        return None;
    }
    let fraction = &fraction[..fraction.len().min(12)];
    let number = |digits: &str| if digits.is_empty() { Some(0) } else { digits.parse::<u64>().ok() };
    let scale = 10_u128.pow(u32::try_from(fraction.len()).ok()?);
    let part = (u128::from(number(fraction)?) * u128::from(one) + scale / 2) / scale;
    number(whole)?.checked_mul(one)?.checked_add(u64::try_from(part).ok()?)
}

/// Reads a factor such as `0.25` or `10`.
pub fn parse_factor(text: &str) -> Option<f64> {
    let millionths = parse_decimal(text.trim(), 1_000_000)?;
    Some(millionths as f64 / 1e6)
}

/// Writes a time for a link: exact, without a space, in the largest unit that keeps it whole.
pub fn short_nanos(nanos: u64) -> String {
    match nanos {
        0 => "0ms".to_owned(),
        _ if nanos.is_multiple_of(1_000_000) => format!("{}ms", nanos / 1_000_000),
        _ if nanos.is_multiple_of(1_000) => format!("{}us", nanos / 1_000),
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
            (".5", Some(500_000)),
            ("1.2.3", None),
            ("99999999999999999999", None),
        ] {
            assert_eq!(parse_nanos(text), nanos, "`{text}`");
        }
    }

    #[test]
    fn factors_are_read() {
        for (text, factor) in
            [("0.1", Some(0.1)), ("10", Some(10.0)), ("1.5", Some(1.5)), ("fast", None), ("-1", None)]
        {
            assert_eq!(parse_factor(text), factor, "`{text}`");
        }
    }

    #[test]
    fn what_is_written_reads_the_same() {
        for nanos in [0, 1, 999, 1_000, 41_000_000, 41_000_001, 90_500_000] {
            assert_eq!(parse_nanos(&short_nanos(nanos)), Some(nanos));
        }
    }
}

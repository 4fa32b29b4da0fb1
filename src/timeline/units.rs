//! Times as text, always with their unit.

/// Units from the greatest down, with their length in nanoseconds.
pub(super) const UNITS: [(u64, &str); 4] =
    [(1_000_000_000, "s"), (1_000_000, "ms"), (1_000, "µs"), (1, "ns")];

/// Returns a length of time as text with its unit, to three decimals: `90 ms`, `1.5 µs`, `0 ms`.
pub fn duration_text(nanos: u64) -> String {
    let mut text = "0 ms".to_owned();
    for (length, unit) in UNITS.into_iter().rev() {
        if nanos < length {
            break;
        }
        let thousandths = (u128::from(nanos) * 1000 + u128::from(length) / 2) / u128::from(length);
        text = format!("{} {unit}", decimal(thousandths, 3));
    }
    text
}

/// Returns what a clock reads, to a tenth of a millisecond that has passed: `62.0 ms`. From ten
/// seconds on it reads `12.34 s`.
pub fn clock_text(nanos: u64) -> String {
    if nanos < 10_000_000_000 {
        format!("{}.{} ms", nanos / 1_000_000, nanos / 100_000 % 10)
    } else {
        format!("{}.{:02} s", nanos / 1_000_000_000, nanos / 10_000_000 % 100)
    }
}

/// Writes a whole number of the last decimal without trailing zeros.
fn decimal(scaled: u128, decimals: usize) -> String {
    let one = 10u128.pow(decimals as u32);
    let fraction = format!("{:0decimals$}", scaled % one);
    match fraction.trim_end_matches('0') {
        "" => (scaled / one).to_string(),
        fraction => format!("{}.{fraction}", scaled / one),
    }
}

/// How the labels of a ruler are written: one unit and one number of decimals for all.
#[derive(Clone, Copy, Debug)]
pub(super) struct Scale {
    length: u64,
    unit: &'static str,
    decimals: usize,
}

impl Scale {
    /// Creates the scale for labels `step` apart and up to `latest`: the greatest unit that needs at
    /// most three decimals.
    pub(super) fn new(step: u64, latest: u64) -> Self {
        let decimals_in = |length: u64| {
            let mut length = length;
            let mut decimals = 0;
            while length > 1 && !step.is_multiple_of(length) {
                length /= 10;
                decimals += 1;
            }
            decimals
        };
        for (length, unit) in UNITS {
            let decimals = decimals_in(length);
            if length <= latest.max(step) && decimals <= 3 {
                return Self { length, unit, decimals };
            }
        }
        Self { length: 1, unit: "ns", decimals: 0 }
    }

    pub(super) fn label(&self, nanos: u64) -> String {
        let one = 10u64.pow(self.decimals as u32);
        let scaled = u128::from(nanos) * u128::from(one) / u128::from(self.length);
        let (whole, fraction) = (scaled / u128::from(one), scaled % u128::from(one));
        match self.decimals {
            0 => format!("{whole} {}", self.unit),
            decimals => format!("{whole}.{fraction:0decimals$} {}", self.unit),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_duration_is_short_and_has_its_unit() {
        for (nanos, text) in [
            (0, "0 ms"),
            (1, "1 ns"),
            (1_500, "1.5 µs"),
            (90_000_000, "90 ms"),
            (41_250_000, "41.25 ms"),
            (1_234_567, "1.235 ms"),
            (2_000_000_000, "2 s"),
            (u64::MAX, "18446744073.71 s"),
        ] {
            assert_eq!(duration_text(nanos), text);
        }
    }

    #[test]
    fn a_clock_never_shows_what_has_not_come() {
        for (nanos, text) in [
            (0, "0.0 ms"),
            (41_299_999, "41.2 ms"),
            (9_999_999_999, "9999.9 ms"),
            (12_349_000_000, "12.34 s"),
        ] {
            assert_eq!(clock_text(nanos), text);
        }
    }

    #[test]
    fn labels_of_a_ruler_share_unit_and_decimals() {
        for (step, latest, nanos, text) in [
            (50_000_000, 200_000_000, 100_000_000, "100 ms"),
            (500_000_000, 3_000_000_000, 1_500_000_000, "1.5 s"),
            (500_000_000, 3_000_000_000, 0, "0.0 s"),
            (1_000, 2_000_000_000, 1_999_001_000, "1999.001 ms"),
            (1, 5, 3, "3 ns"),
            (1, 0, 0, "0 ns"),
        ] {
            assert_eq!(Scale::new(step, latest).label(nanos), text);
        }
    }
}

//! From a slider's place to a number and back: small numbers need more room than large ones.

/// How many places a slider has.
pub const PLACES: u32 = 1000;

/// Returns the number at a slider's place; both ends are exact.
pub fn number_at(place: f64, min: u32, max: u32) -> u32 {
    let part = (place / f64::from(PLACES)).clamp(0.0, 1.0);
    let number = f64::from(min) + f64::from(max - min) * part.powf(power(min, max));
    round_nicely(number, min, max)
}

/// Returns a slider's place for a number.
pub fn place_of(number: u32, min: u32, max: u32) -> f64 {
    if max == min {
        return 0.0;
    }
    let part = (f64::from(number) - f64::from(min)) / f64::from(max - min);
    f64::from(PLACES) * part.clamp(0.0, 1.0).powf(1.0 / power(min, max))
}

/// A range that spans several powers of ten is bent, so that each has some room.
fn power(min: u32, max: u32) -> f64 {
    match max - min {
        0..=100 => 1.0,
        101..=1_000 => 2.0,
        _ => 3.0,
    }
}

/// Two digits are enough for a slider; who wants more writes the number.
fn round_nicely(number: f64, min: u32, max: u32) -> u32 {
    if number >= f64::from(max) - 0.5 {
        return max;
    }
    let step = match number {
        n if n < 100.0 => 1.0,
        n if n < 1_000.0 => 10.0,
        n if n < 10_000.0 => 100.0,
        _ => 1_000.0,
    };
    ((number / step).round() * step).clamp(f64::from(min), f64::from(max)) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_ends_are_exact_and_it_never_falls() {
        for (min, max) in [(0, 0), (1, 9), (0, 100), (0, 500), (0, 2000), (1, 10_000), (3, 12_345)] {
            assert_eq!(number_at(0.0, min, max), min);
            assert_eq!(number_at(f64::from(PLACES), min, max), max);
            let numbers: Vec<_> = (0..=PLACES).map(|place| number_at(f64::from(place), min, max)).collect();
            assert!(numbers.is_sorted(), "{min}..={max}");
        }
    }

    #[test]
    fn a_number_of_two_digits_comes_back_from_its_place() {
        for number in [1, 2, 5, 9, 20, 40, 90] {
            assert_eq!(number_at(place_of(number, 0, 2000), 0, 2000), number);
            assert_eq!(number_at(place_of(number, 1, 10_000), 1, 10_000), number);
        }
    }
}

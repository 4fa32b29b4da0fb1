//! What somebody may have meant.

/// Returns the word that is most like `given`, if one is near.
pub(crate) fn nearest<'a>(given: &str, words: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    const NEAR: f64 = 0.75;
    let given = given.to_lowercase().replace('_', "-");
    let likeness = |word: &str| {
        let begins = !given.is_empty() && word.starts_with(&given);
        if begins { 1.0 } else { strsim::jaro_winkler(&given, word) }
    };
    let scored = words.into_iter().map(|word| (likeness(word), word));
    let near = scored.filter(|(likeness, _)| *likeness >= NEAR);
    near.max_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, word)| word)
}

#[cfg(test)]
mod tests {
    use super::nearest;

    const IDS: [&str; 5] = ["future-lazy", "first-fetch", "join-set", "bounded", "race"];

    #[test]
    fn a_slip_of_the_hand_is_understood() {
        for (given, meant) in [
            ("rase", "race"),
            ("joinset", "join-set"),
            ("join_set", "join-set"),
            ("Future-Lazy", "future-lazy"),
            ("first", "first-fetch"),
            ("bound", "bounded"),
        ] {
            assert_eq!(nearest(given, IDS), Some(meant), "{given}");
        }
    }

    #[test]
    fn something_else_is_not() {
        for given in ["", "xyz", "quicksort", "42"] {
            assert_eq!(nearest(given, IDS), None, "{given}");
        }
    }
}

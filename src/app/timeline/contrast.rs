//! Whether the colours can be seen and the words read, in both themes: measured in the page's own CSS.

use std::collections::BTreeMap;

use super::palette::Palette;

const CSS: &str = include_str!("../../../static/styles/theme.css");
const LIGHT: &str = ":root {";
const DARK: &str = ":root[data-theme=\"dark\"] {";
const DARK_BY_SYSTEM: &str = ":root:not([data-theme=\"light\"]) {";

/// What WCAG 2.2 asks of graphics (1.4.11) and of text (1.4.3).
const SHAPE: f64 = 3.0;
const TEXT: f64 = 4.5;

/// Returns the custom properties that a rule sets.
fn properties(selector: &str) -> BTreeMap<&'static str, &'static str> {
    let begin =
        CSS.find(selector).unwrap_or_else(|| panic!("theme.css has no `{selector}`")) + selector.len();
    let rule = &CSS[begin..begin + CSS[begin..].find('}').expect("a rule ends")];
    let declarations =
        rule.split(';').filter_map(|declaration| declaration.rsplit("*/").next()?.split_once(':'));
    declarations.map(|(name, value)| (name.trim(), value.trim())).collect()
}

/// Returns the light of a colour as WCAG defines it.
fn luminance(colour: &str) -> f64 {
    let digits = colour.strip_prefix('#').filter(|digits| digits.len() == 6);
    let digits = digits.unwrap_or_else(|| panic!("`{colour}` is not written as #rrggbb"));
    let channel = |at: usize| {
        let value = u8::from_str_radix(&digits[at..at + 2], 16).expect("two hexadecimal digits");
        let value = f64::from(value) / 255.0;
        if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
    };
    0.2126 * channel(0) + 0.7152 * channel(2) + 0.0722 * channel(4)
}

fn contrast(one: &str, other: &str) -> f64 {
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

fn palette(selector: &str) -> Palette {
    let properties = properties(selector);
    let get = |name: &str| match properties.get(name) {
        Some(colour) => (*colour).to_owned(),
        None => panic!("`{selector}` does not set {name}"),
    };
    Palette::read(get)
}

#[test]
fn contrast_is_measured_as_wcag_does() {
    assert!((contrast("#000000", "#ffffff") - 21.0).abs() < 1e-9);
    assert!((contrast("#777777", "#ffffff") - 4.48).abs() < 0.01);
}

#[test]
fn shapes_stand_out_and_words_can_be_read_in_both_themes() {
    for theme in [LIGHT, DARK] {
        let palette = palette(theme);
        let grounds = [&palette.surface, &palette.row_selected];
        let shapes = [
            ("polling", &palette.polling),
            ("scheduled", &palette.scheduled),
            ("idle", &palette.idle),
            ("completed", &palette.completed),
            ("failed", &palette.failed),
            ("cancelled", &palette.cancelled),
            ("resource", &palette.resource),
            ("wake", &palette.wake),
            ("accent", &palette.accent),
        ];
        let words = [
            ("text", &palette.text),
            ("muted", &palette.muted),
            ("completed", &palette.completed),
            ("failed", &palette.failed),
            ("cancelled", &palette.cancelled),
            ("resource", &palette.resource),
        ];
        for ground in grounds {
            for (name, colour) in shapes {
                let ratio = contrast(colour, ground);
                assert!(ratio >= SHAPE, "{theme} --{name} {colour} on {ground}: {ratio:.2}");
            }
            for (name, colour) in words {
                let ratio = contrast(colour, ground);
                assert!(ratio >= TEXT, "{theme} --{name} {colour} on {ground}: {ratio:.2}");
            }
        }
        let pill = contrast(&palette.on_accent, &palette.accent);
        assert!(pill >= TEXT, "{theme} --on-accent on --accent: {pill:.2}");
        // The slices of a line are drawn on the mark.
        for (name, colour) in [("polling", &palette.polling), ("idle", &palette.idle)] {
            let ratio = contrast(colour, &palette.mark);
            assert!(ratio >= 2.5, "{theme} --{name} {colour} on --mark {}: {ratio:.2}", palette.mark);
        }
    }
}

#[test]
fn dark_is_the_same_whether_chosen_or_by_the_system() {
    assert_eq!(properties(DARK), properties(DARK_BY_SYSTEM));
}

//! Whether the colours can be seen and the words read, in both themes: measured in the page's own CSS.

use super::palette::Palette;
use super::theme::Shade;

/// What WCAG 2.2 asks of graphics (1.4.11) and of text (1.4.3).
const SHAPE: f64 = 3.0;
const TEXT: f64 = 4.5;

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

fn palette(shade: Shade) -> Palette {
    Palette::read(|name| match shade.value(name) {
        "" => panic!("{shade:?} does not set {name}"),
        colour => colour.to_owned(),
    })
}

#[test]
fn contrast_is_measured_as_wcag_does() {
    assert!((contrast("#000000", "#ffffff") - 21.0).abs() < 1e-9);
    assert!((contrast("#777777", "#ffffff") - 4.48).abs() < 0.01);
}

#[test]
fn shapes_stand_out_and_words_can_be_read_in_both_themes() {
    for theme in [Shade::Light, Shade::Dark] {
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
                assert!(ratio >= SHAPE, "{theme:?} --{name} {colour} on {ground}: {ratio:.2}");
            }
            for (name, colour) in words {
                let ratio = contrast(colour, ground);
                assert!(ratio >= TEXT, "{theme:?} --{name} {colour} on {ground}: {ratio:.2}");
            }
        }
        let pill = contrast(&palette.on_accent, &palette.accent);
        assert!(pill >= TEXT, "{theme:?} --on-accent on --accent: {pill:.2}");
        // The slices of a line are drawn on the mark.
        for (name, colour) in [("polling", &palette.polling), ("idle", &palette.idle)] {
            let ratio = contrast(colour, &palette.mark);
            assert!(ratio >= 2.5, "{theme:?} --{name} {colour} on --mark {}: {ratio:.2}", palette.mark);
        }
    }
}

#[test]
fn dark_is_the_same_whether_chosen_or_by_the_system() {
    let properties = |shade: Shade| shade.properties().collect::<Vec<_>>();
    assert!(properties(Shade::Dark).len() > 30);
    assert_eq!(properties(Shade::Dark), properties(Shade::DarkBySystem));
}

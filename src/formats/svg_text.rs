//! Text in SVG and HTML: what must be escaped, and about how wide it is.

use crate::drawing::pen::Type;

/// Returns text that can stand between tags and in quotes. What XML cannot hold at all, control characters and
/// two that are no characters, becomes the sign for something that cannot be shown. It stays on one line.
pub(crate) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for char in text.chars() {
        match char {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\n' => out.push_str("&#10;"),
            '\t' => out.push_str("&#9;"),
            '\u{fffe}' | '\u{ffff}' => out.push('\u{fffd}'),
            char if char.is_control() => out.push('\u{fffd}'),
            char => out.push(char),
        }
    }
    out
}

/// The widths of the characters from space to tilde, in thousandths of the size of a font like Helvetica.
#[rustfmt::skip]
const WIDTHS: [u16; 95] = [
    278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278,
    556, 556, 556, 556, 556, 556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556,
    1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833, 722, 778,
    667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556,
    333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556,
    556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584,
];
/// The fonts that systems have for their interfaces are up to a sixth wider than Helvetica.
const WIDER: f64 = 1.14;
const BOLDER: f64 = 1.14;

/// Returns about how wide a text is, rather too much than too little: nobody knows in which font it will be shown.
pub(super) fn width_of(kind: Type, text: &str) -> f64 {
    let (weight, size) = kind.weight_and_size();
    let thousandths = |char: char| match u32::from(char).checked_sub(32).map(|at| WIDTHS.get(at as usize)) {
        Some(Some(width)) => f64::from(*width),
        // Scripts in which a character fills a square, and pictures.
        _ if char >= '\u{2e80}' => 1000.0,
        _ => 620.0,
    };
    let width: f64 = text.chars().map(thousandths).sum();
    width / 1000.0 * size * WIDER * if weight > 400 { BOLDER } else { 1.0 }
}

/// Breaks a text at its spaces into lines of this width. A single word that is wider stays whole.
pub(super) fn lines_of(kind: Type, text: &str, room: f64) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if width_of(kind, &format!("{line} {word}")) <= room => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

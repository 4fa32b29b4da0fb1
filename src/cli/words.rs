//! Text in lines and columns.

/// Appends `text` in lines of at most `width` columns, each indented.
pub(super) fn wrap(out: &mut String, indent: usize, width: usize, text: &str) {
    let mut column = 0;
    for word in text.split_whitespace() {
        let length = word.chars().count();
        if column > 0 && column + 1 + length > width {
            out.push('\n');
            column = 0;
        }
        if column == 0 {
            out.extend(std::iter::repeat_n(' ', indent));
            column = indent;
        } else {
            out.push(' ');
            column += 1;
        }
        out.push_str(word);
        column += length;
    }
    out.push('\n');
}

/// Returns text on one line: what a program logs must not move the cursor of a terminal.
pub(super) fn one_line(text: &str) -> String {
    text.chars().map(|char| if char.is_control() { ' ' } else { char }).collect()
}

/// Appends rows as a table, each cell but the last padded to its column.
pub(super) fn table<const N: usize>(out: &mut String, rows: &[[String; N]]) {
    let widths: [usize; N] =
        std::array::from_fn(|column| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0));
    for row in rows {
        let mut line = String::new();
        for (cell, width) in row.iter().zip(widths) {
            line.push_str("  ");
            line.push_str(&format!("{cell:width$}"));
        }
        out.push_str(line.trim_end());
        out.push('\n');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_keep_to_the_width() {
        let mut out = String::new();
        wrap(&mut out, 2, 12, "one two three incomprehensibilities four");
        assert_eq!(out, "  one two\n  three\n  incomprehensibilities\n  four\n");
    }

    #[test]
    fn columns_line_up() {
        let mut out = String::new();
        table(&mut out, &[["a".into(), "b".into()], ["long".into(), String::new()]]);
        assert_eq!(out, "  a     b\n  long\n");
    }
}

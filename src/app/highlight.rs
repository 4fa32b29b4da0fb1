//! Rust in colours: as much of a tokenizer as reading needs.

/// What a piece of source is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Token {
    /// Spaces and punctuation.
    Plain,
    /// A keyword.
    Keyword,
    /// A comment.
    Comment,
    /// A string, a character or a byte string.
    Text,
    /// A number.
    Number,
    /// A type, by its capital letter.
    Type,
    /// A macro, with its `!`.
    Macro,
    /// What is called.
    Call,
    /// A lifetime.
    Lifetime,
    /// An attribute.
    Attribute,
}

impl Token {
    /// Returns the class that gives it its colour.
    pub fn class(self) -> Option<&'static str> {
        Some(match self {
            Self::Plain => return None,
            Self::Keyword => "tok-keyword",
            Self::Comment => "tok-comment",
            Self::Text => "tok-text",
            Self::Number => "tok-number",
            Self::Type => "tok-type",
            Self::Macro => "tok-macro",
            Self::Call => "tok-call",
            Self::Lifetime => "tok-lifetime",
            Self::Attribute => "tok-attribute",
        })
    }
}

const KEYWORDS: &[&str] = &[
    "as", "async", "await", "break", "const", "continue", "crate", "dyn", "else", "enum", "extern", "false",
    "fn", "for", "if", "impl", "in", "let", "loop", "match", "mod", "move", "mut", "pub", "ref", "return",
    "self", "Self", "static", "struct", "super", "trait", "true", "type", "unsafe", "use", "where", "while",
];

/// Cuts source into lines of tokens; joined again they are the source, but for its line ends.
pub fn lines(source: &str) -> Vec<Vec<(Token, &str)>> {
    let mut lines = vec![Vec::new()];
    for (token, text) in tokens(source) {
        for (n, part) in text.split('\n').enumerate() {
            if n > 0 {
                lines.push(Vec::new());
            }
            if !part.is_empty() {
                lines.last_mut().expect("there is a first line").push((token, part));
            }
        }
    }
    if source.ends_with('\n') || source.is_empty() {
        lines.pop();
    }
    lines
}

fn tokens(source: &str) -> Vec<(Token, &str)> {
    let mut out: Vec<(Token, &str)> = Vec::new();
    let mut rest = source;
    while !rest.is_empty() {
        let (token, len) = first(rest);
        let (text, after) = rest.split_at(len.max(1).min(rest.len()));
        out.push((token, text));
        rest = after;
    }
    out
}

fn first(text: &str) -> (Token, usize) {
    let mut chars = text.chars();
    let c = chars.next().unwrap_or(' ');
    let next = chars.next();
    match c {
        '/' if next == Some('/') => (Token::Comment, text.find('\n').unwrap_or(text.len())),
        '/' if next == Some('*') => (Token::Comment, text.find("*/").map_or(text.len(), |end| end + 2)),
        '#' if matches!(next, Some('[' | '!')) => (Token::Attribute, text.find(']').map_or(1, |end| end + 1)),
        '"' => (Token::Text, quoted(text, 1)),
        'b' if next == Some('"') => (Token::Text, quoted(text, 2)),
        'r' if matches!(next, Some('"' | '#')) => raw(text),
        '\'' => character_or_lifetime(text),
        _ if c.is_ascii_digit() => (Token::Number, number(text)),
        _ if is_word(c) => word(text),
        _ => {
            let len = text.find(|c: char| is_word(c) || "/#\"'".contains(c)).unwrap_or(text.len());
            (Token::Plain, len.max(c.len_utf8()))
        }
    }
}

fn is_word(c: char) -> bool {
    c == '_' || c.is_ascii_alphanumeric()
}

/// The length of a string whose first quote ends at `from`.
fn quoted(text: &str, from: usize) -> usize {
    let mut escaped = false;
    for (at, c) in text[from..].char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return from + at + 1,
            _ => {}
        }
    }
    text.len()
}

fn raw(text: &str) -> (Token, usize) {
    let hashes = text[1..].bytes().take_while(|byte| *byte == b'#').count();
    if text.as_bytes().get(1 + hashes) != Some(&b'"') {
        return word(text);
    }
    let end = format!("\"{}", "#".repeat(hashes));
    let from = 2 + hashes;
    (Token::Text, text[from..].find(&end).map_or(text.len(), |at| from + at + end.len()))
}

fn character_or_lifetime(text: &str) -> (Token, usize) {
    let body = &text[1..];
    if let Some(escaped) = body.strip_prefix('\\') {
        return (Token::Text, escaped.find('\'').map_or(text.len(), |end| end + 3));
    }
    let len = body.chars().next().map_or(0, char::len_utf8);
    if body[len..].starts_with('\'') {
        return (Token::Text, len + 2);
    }
    (Token::Lifetime, 1 + body.find(|c: char| !is_word(c)).unwrap_or(body.len()))
}

fn number(text: &str) -> usize {
    let end = text.find(|c: char| !is_word(c) && c != '.').unwrap_or(text.len());
    // `0..9` is a range of numbers and `1.max(2)` a call.
    match text[..end].find('.') {
        Some(dot) if !text[dot + 1..end].starts_with(|c: char| c.is_ascii_digit()) => dot,
        _ => end,
    }
}

fn word(text: &str) -> (Token, usize) {
    let len = text.find(|c: char| !is_word(c)).unwrap_or(text.len());
    let (word, after) = text.split_at(len);
    let is_macro = after.starts_with('!') && !after.starts_with("!=");
    let token = if KEYWORDS.contains(&word) {
        Token::Keyword
    } else if is_macro {
        return (Token::Macro, len + 1);
    } else if word.starts_with(char::is_uppercase) {
        Token::Type
    } else if after.starts_with('(') || after.starts_with("::<") {
        Token::Call
    } else {
        Token::Plain
    };
    (token, len)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::patterns;

    fn of(source: &str, token: Token) -> Vec<&str> {
        tokens(source).into_iter().filter(|(is, _)| *is == token).map(|(_, text)| text).collect()
    }

    #[test]
    fn nothing_is_lost_on_any_pattern() {
        for pattern in patterns::CATALOGUE {
            let source = pattern.source.as_str().expect("it is within the program");
            let joined: String = tokens(source).into_iter().map(|(_, text)| text).collect();
            assert_eq!(joined, source);
            let lines = lines(source);
            assert_eq!(lines.len(), source.lines().count(), "{}", pattern.id);
        }
    }

    #[test]
    fn odd_text_is_cut_without_a_panic() {
        for source in
            ["\"", "'", "'\\", "r#", "r#\"x", "/*", "#[", "0.", "é'ü", "b\"", "\u{1F600}'", "'\u{1F600}'"]
        {
            let joined: String = tokens(source).into_iter().map(|(_, text)| text).collect();
            assert_eq!(joined, source);
        }
    }

    #[test]
    fn rust_is_told_apart() {
        let source = "let a: Vec<'a> = select! { b = c(\"}\\\"\", 'x', 0..9, 1.5) }; // d\n";
        assert_eq!(of(source, Token::Keyword), ["let"]);
        assert_eq!(of(source, Token::Type), ["Vec"]);
        assert_eq!(of(source, Token::Macro), ["select!"]);
        assert_eq!(of(source, Token::Call), ["c"]);
        assert_eq!(of(source, Token::Text), ["\"}\\\"\"", "'x'"]);
        assert_eq!(of(source, Token::Number), ["0", "9", "1.5"]);
        assert_eq!(of(source, Token::Lifetime), ["'a"]);
        assert_eq!(of(source, Token::Comment), ["// d"]);
    }
}

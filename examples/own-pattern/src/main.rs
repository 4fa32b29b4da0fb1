//! Patterns of one's own: the page in a browser, the command line natively.
#![forbid(unsafe_code)]

#[cfg(feature = "hostile")]
mod hostile;
mod two_readers;

use wakeline::patterns::Pattern;

/// What the page shows, in this order. Wakeline's own patterns are in `wakeline::patterns::CATALOGUE`.
const PATTERNS: &[&Pattern] = &[
    &two_readers::PATTERN,
    #[cfg(feature = "hostile")]
    &hostile::ENDLESS,
    #[cfg(feature = "hostile")]
    &hostile::MEMORY,
    #[cfg(feature = "hostile")]
    &hostile::MEMORY_AT_ONCE,
    #[cfg(feature = "hostile")]
    &hostile::PANIC,
];

fn main() -> std::process::ExitCode {
    wakeline::main(PATTERNS)
}

#[cfg(test)]
mod tests;

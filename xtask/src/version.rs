//! Version numbers as tools print them.

use std::fmt;

/// Three numbers; tools that print more (`156.0.8078.79`) or fewer (`132`) are cut or filled up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Version {
    pub major: u32,
    pub minor: u32,
    pub patch: u32,
}

impl Version {
    pub const fn new(major: u32, minor: u32, patch: u32) -> Self {
        Self { major, minor, patch }
    }

    /// Reads the first word that begins with a digit, as in `trunk 0.21.14` or `wasm-opt version 132 (version_132)`.
    pub fn find_in(text: &str) -> Option<Self> {
        text.split_whitespace()
            .map(|word| word.trim_start_matches(['v', '"', '(']))
            .find(|word| word.starts_with(|c: char| c.is_ascii_digit()))
            .and_then(Self::parse)
    }

    fn parse(word: &str) -> Option<Self> {
        let mut numbers = word.split('.').map(|part| {
            let digits: String = part.chars().take_while(char::is_ascii_digit).collect();
            digits.parse::<u32>().ok()
        });
        Some(Self {
            major: numbers.next()??,
            minor: numbers.next().flatten().unwrap_or(0),
            patch: numbers.next().flatten().unwrap_or(0),
        })
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.major, self.minor, self.patch)
    }
}

/// Reads the version that a `Cargo.lock` holds for `package`.
pub fn locked(lock: &str, package: &str) -> Option<Version> {
    let name = format!("name = \"{package}\"");
    let mut lines = lock.lines();
    lines.find(|line| line.trim() == name)?;
    let version = lines.next()?.trim().strip_prefix("version = ")?;
    Version::find_in(version)
}

/// Reads `rust-version` from a manifest.
pub fn rust_version(manifest: &str) -> Option<Version> {
    let line = manifest.lines().find_map(|line| line.trim().strip_prefix("rust-version"))?;
    Version::find_in(line)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_version_in_what_tools_print() {
        let check = |text, expected| assert_eq!(Version::find_in(text), expected, "{text}");
        check("trunk 0.21.14", Some(Version::new(0, 21, 14)));
        check("wasm-bindgen 0.2.130", Some(Version::new(0, 2, 130)));
        check("wasm-opt version 132 (version_132)", Some(Version::new(132, 0, 0)));
        check("wasm-opt version 108", Some(Version::new(108, 0, 0)));
        check("Chromium 156.0.8078.79 built on Debian GNU/Linux 12", Some(Version::new(156, 0, 8078)));
        check("ChromeDriver 156.0.8078.79 (a21ce95c-refs/branch)", Some(Version::new(156, 0, 8078)));
        check("rustc 1.97.0-nightly (abc 2026-05-01)", Some(Version::new(1, 97, 0)));
        check("no number here", None);
        check("", None);
    }

    #[test]
    fn orders_by_number_and_not_by_text() {
        assert!(Version::new(0, 21, 14) > Version::new(0, 21, 9));
        assert!(Version::new(0, 3, 0) > Version::new(0, 2, 130));
    }

    #[test]
    fn reads_the_lock_by_exact_package_name() {
        let lock = "[[package]]\nname = \"wasm-bindgen-futures\"\nversion = \"0.4.50\"\n\n\
                    [[package]]\nname = \"wasm-bindgen\"\nversion = \"0.2.130\"\nsource = \"x\"\n";
        assert_eq!(locked(lock, "wasm-bindgen"), Some(Version::new(0, 2, 130)));
        assert_eq!(locked(lock, "bindgen"), None);
    }

    #[test]
    fn reads_the_oldest_rust_from_the_manifest() {
        assert_eq!(rust_version("[package]\nrust-version = \"1.88\"\n"), Some(Version::new(1, 88, 0)));
        assert_eq!(rust_version("[package]\n"), None);
    }
}

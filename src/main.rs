//! The page in a browser, the command line natively.
#![forbid(unsafe_code)]

fn main() -> std::process::ExitCode {
    wakeline::main(wakeline::patterns::CATALOGUE)
}

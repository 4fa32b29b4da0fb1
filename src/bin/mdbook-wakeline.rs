//! The preprocessor that mdBook calls.
#![forbid(unsafe_code)]

fn main() -> std::process::ExitCode {
    wakeline::mdbook::main()
}

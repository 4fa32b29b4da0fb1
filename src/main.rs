//! The page in a browser, the command line natively.
#![forbid(unsafe_code)]

#[cfg(target_arch = "wasm32")]
fn main() {
    wakeline::app::start();
}

#[cfg(all(feature = "native", not(target_arch = "wasm32")))]
fn main() -> std::process::ExitCode {
    wakeline::cli::main()
}

#[cfg(not(any(feature = "native", target_arch = "wasm32")))]
fn main() -> std::process::ExitCode {
    eprintln!("this `wakeline` was built without its command line; build it with `--features native`");
    std::process::ExitCode::from(2)
}

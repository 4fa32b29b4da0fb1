//! Takes from the page's own functions what only unwinding would run.
//!
//! A panic in a pattern ends one task: it unwinds through the pattern and the executor, and drops on its way what
//! they hold. A panic in the page's own code ends the page, which says so; what it held is of no use to anybody,
//! and the blocks that would drop it are a tenth of the code.

use walrus::ir::{self, Block, Instr, LegacyCatch, Try, VisitorMut};
use walrus::{FunctionKind, Module};

/// How the names of functions begin that no unwinding passes which is caught further up.
const VIEW: [&str; 9] = [
    "yew::",
    "wakeline::app::",
    "wakeline::drawing::",
    "wakeline::embed::",
    "wakeline::formats::",
    "wakeline::timeline::",
    "web_sys::",
    "js_sys::",
    "gloo",
];
/// The exceptions: they call the executor.
const ENGINE: [&str; 2] = ["wakeline::app::engine::", "wakeline::app::worker::"];

/// Leaves out the clean-up of functions that are the page's alone.
pub fn strip(module: &mut Module) {
    for function in module.funcs.iter_mut() {
        let is_view = function.name.as_deref().is_some_and(is_view);
        if let FunctionKind::Local(body) = &mut function.kind
            && is_view
        {
            let entry = body.entry_block();
            ir::dfs_pre_order_mut(&mut WithoutCleanup, body, entry);
        }
    }
}

/// Whether a function is the page's, by its name: `a::b`, `<a::b as c::d>::e` and the like.
fn is_view(name: &str) -> bool {
    // What drops a value is named by its type.
    let name = name.strip_prefix("core::ptr::drop_in_place").unwrap_or(name);
    let path =
        name.trim_start_matches(['<', '&', '(', '[']).trim_start_matches("mut ").trim_start_matches("dyn ");
    VIEW.iter().any(|start| path.starts_with(start)) && !ENGINE.iter().any(|start| path.starts_with(start))
}

struct WithoutCleanup;

impl VisitorMut for WithoutCleanup {
    fn visit_instr_mut(&mut self, instr: &mut Instr, _: &mut ir::InstrLocId) {
        // What catches a kind of exception means to; what catches all lets go of what is held, and throws on.
        if let Instr::Try(Try { seq, catches }) = instr
            && catches.iter().all(|catch| matches!(catch, LegacyCatch::CatchAll { .. }))
        {
            // A block in its place: what counts how many it stands in counts the same.
            *instr = Instr::Block(Block { seq: *seq });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::is_view;

    #[test]
    fn the_pages_functions_are_told_by_their_names() {
        for name in [
            "yew::scheduler::start_now",
            "<wakeline::app::page::Page as yew::html::component::Component>::update::h0",
            "<&mut wakeline::drawing::Pen>::go",
            "core::ptr::drop_in_place<yew::virtual_dom::VNode>",
        ] {
            assert!(is_view(name), "{name}");
        }
        for name in [
            "wakeline::app::engine::server::Server::answer",
            "<wakeline::runtime::Task as yew::Thing>::poll",
            "core::ptr::drop_in_place<wakeline::sync::mutex::MutexGuard<u8>>",
        ] {
            assert!(!is_view(name), "{name}");
        }
    }
}

//! `wakeline export`: a run as something to look at where nothing can run.

use super::args::{ExportArgs, ExportFormat, ThemeArg};
use super::execute::{ExecuteError, Ran, execute};
use super::interrupt::Interrupt;
use super::plan::{Engine, Plan, PlanError, chosen};
use super::report;
use crate::app::engine::Setup;
use crate::app::link::Link;
use crate::formats::{html, svg};
use crate::patterns::{Scene, Twin, Value, Values};
use crate::runtime::Clock;

/// How wide the text is: it fits where a picture of the usual width does.
const COLUMNS: usize = 88;
/// How many lanes are drawn.
const LANES: usize = 60;

/// What a run became.
pub(super) struct Exported {
    pub(super) text: String,
    /// How it went wrong, if it did, which makes it no worse to look at.
    pub(super) failure: Option<String>,
}

/// How a run is written.
#[derive(Clone, Copy, Debug)]
pub(super) struct Options<'a> {
    pub(super) format: ExportFormat,
    /// What the ids in a picture begin with.
    pub(super) id: &'a str,
    pub(super) width_px: u32,
    pub(super) colours: svg::Colours,
    /// The address of a page where the same can be played.
    pub(super) link: Option<&'a str>,
}

/// Returns what is to be run.
pub(super) fn plan(args: &ExportArgs) -> Result<Plan, PlanError> {
    let (pattern, values) = chosen(&args.id, args.twin, &args.set)?;
    if let Some(name) = in_earnest(&values).next() {
        return Err(PlanError::ExportsInEarnest { name });
    }
    let scene = Scene { values, seed: args.seed, base: String::new() };
    let engine = Engine::Sim { clock: Clock::Virtual, schedule: args.schedule };
    Ok(Plan { pattern, twin: args.twin, scene, engine, max_polls: args.max_polls })
}

/// Returns the parameters that ask for a real network or store.
pub(super) fn in_earnest(values: &Values) -> impl Iterator<Item = &'static str> {
    let is_real = |value: &Value| matches!(value, Value::Text(text) if text == "real");
    values.iter().filter(move |(_, value)| is_real(value)).map(|(param, _)| param.name)
}

/// Runs it and writes it.
pub(super) fn run(args: &ExportArgs, plan: &Plan, interrupt: &Interrupt) -> Result<Exported, ExecuteError> {
    let ran = execute(plan, interrupt)?;
    let colours = match (args.theme, args.format) {
        (ThemeArg::Light, _) => svg::Colours::Light,
        (ThemeArg::Dark, _) => svg::Colours::Dark,
        (ThemeArg::Auto, ExportFormat::Html) => svg::Colours::Host,
        (ThemeArg::Auto, _) => svg::Colours::System,
    };
    let link = args.link.as_deref().map(|page| link(page, plan));
    let options = Options {
        format: args.format,
        id: &format!("wl-{}", plan.pattern.id),
        width_px: args.width,
        colours,
        link: link.as_deref(),
    };
    let failure = ran.result.as_ref().err().map(report::failure_text);
    Ok(Exported { text: written(plan, &ran, &options), failure })
}

/// Returns a run in the format that is asked for.
pub(super) fn written(plan: &Plan, ran: &Ran, options: &Options<'_>) -> String {
    let text = || report::text(plan, ran, COLUMNS, false);
    let pattern = plan.pattern;
    let title = match (plan.twin, pattern.pitfall) {
        (Twin::Pitfall, Some(pitfall)) => {
            format!("{}, as it often goes wrong: {}", pattern.title, pitfall.title)
        }
        _ => pattern.title.to_owned(),
    };
    let settings = format!("{}: {}", pattern.id, report::settings(plan));
    let picture = svg::Options {
        id: options.id,
        title: &title,
        about: pattern.summary,
        settings: &settings,
        width_px: options.width_px,
        lanes: LANES,
        colours: options.colours,
    };
    match options.format {
        ExportFormat::Text => text(),
        ExportFormat::Svg => svg::picture(&ran.model, &picture),
        ExportFormat::Html => {
            let text = text();
            html::fragment(&ran.model, &html::Options { picture, text: &text, link: options.link })
        }
    }
}

/// Returns the address of the same run on a page.
pub(super) fn link(page: &str, plan: &Plan) -> String {
    let mut setup = Setup::new(plan.pattern);
    setup.twin = plan.twin;
    setup.values = plan.scene.values.clone();
    setup.seed = plan.scene.seed;
    setup.schedule = plan.engine.schedule().unwrap_or(setup.schedule);
    let page = page.split('#').next().unwrap_or_default();
    format!("{page}#{}", Link::new(setup).to_fragment())
}

//! `wakeline export`: a run as something to look at where nothing can run.

pub(crate) use super::args::ExportFormat;
use super::args::{ExportArgs, ThemeArg};
use super::execute::{ExecuteError, Ran, execute};
use super::interrupt::Interrupt;
use super::plan::{Engine, Plan, PlanError, chosen};
use super::report;
use crate::app::engine::Setup;
use crate::app::link::Link;
use crate::formats::{html, svg};
use crate::patterns::{Pattern, Scene, Twin, Value, Values};
use crate::runtime::{Clock, Schedule, quietly};

/// How wide the text is: it fits where a picture of the usual width does.
const COLUMNS: usize = 88;
/// How many lanes are drawn.
const LANES: usize = 60;
/// What a run became.
pub(crate) struct Exported {
    pub(crate) text: String,
    /// How it went wrong, if it did, which makes it no worse to look at.
    pub(crate) failure: Option<String>,
}

/// What is run in virtual time.
#[derive(Clone, Debug)]
pub(crate) struct Still {
    pub(crate) pattern: &'static Pattern,
    pub(crate) twin: Twin,
    pub(crate) values: Values,
    pub(crate) seed: u64,
    pub(crate) schedule: Schedule,
}

/// How a run is written.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Options<'a> {
    pub(crate) format: ExportFormat,
    /// What the ids in a picture begin with.
    pub(crate) id: &'a str,
    pub(crate) width_px: u32,
    pub(crate) colours: svg::Colours,
    /// The address of a page where the same can be played.
    pub(crate) page: Option<&'a str>,
}

/// Returns what is to be run.
pub(super) fn still(args: &ExportArgs) -> Result<Still, PlanError> {
    let (pattern, values) = chosen(&args.id, args.twin, &args.set)?;
    if let Some(name) = in_earnest(&values).next() {
        return Err(PlanError::ExportsInEarnest { name });
    }
    Ok(Still { pattern, twin: args.twin, values, seed: args.seed, schedule: args.schedule })
}

/// Returns the parameters that ask for a real network or store.
pub(crate) fn in_earnest(values: &Values) -> impl Iterator<Item = &'static str> {
    let is_real = |value: &Value| matches!(value, Value::Text(text) if text == "real");
    values.iter().filter(move |(_, value)| is_real(value)).map(|(param, _)| param.name)
}

/// Runs it and writes it, as the command line says.
pub(super) fn run(args: &ExportArgs, still: Still, interrupt: &Interrupt) -> Result<Exported, ExecuteError> {
    let colours = match (args.theme, args.format) {
        (ThemeArg::Light, _) => svg::Colours::Light,
        (ThemeArg::Dark, _) => svg::Colours::Dark,
        (ThemeArg::Auto, ExportFormat::Html) => svg::Colours::Host,
        (ThemeArg::Auto, _) => svg::Colours::System,
    };
    let options = Options {
        format: args.format,
        id: &format!("wl-{}", still.pattern.id),
        width_px: args.width,
        colours,
        page: args.link.as_deref(),
    };
    export(still, args.max_polls, interrupt, &options)
}

/// Runs something and writes it in the format that is asked for.
pub(crate) fn export(
    still: Still,
    max_polls: u64,
    interrupt: &Interrupt,
    options: &Options<'_>,
) -> Result<Exported, ExecuteError> {
    let Still { pattern, twin, values, seed, schedule } = still;
    let scene = Scene { values, seed, base: String::new() };
    let plan =
        Plan { pattern, twin, scene, engine: Engine::Sim { clock: Clock::Virtual, schedule }, max_polls };
    // A panic that is to be seen is drawn.
    let ran = quietly(|| execute(&plan, interrupt))?;
    let failure = ran.result.as_ref().err().map(report::failure_text);
    Ok(Exported { text: written(&plan, &ran, options), failure })
}

/// Returns a run in the format that is asked for.
fn written(plan: &Plan, ran: &Ran, options: &Options<'_>) -> String {
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
            let (text, link) = (text(), options.page.map(|page| link(page, plan)));
            html::fragment(&ran.model, &html::Options { picture, text: &text, link: link.as_deref() })
        }
    }
}

/// Returns the address of the same run on a page.
fn link(page: &str, plan: &Plan) -> String {
    let mut setup = Setup::new(plan.pattern);
    setup.twin = plan.twin;
    setup.values = plan.scene.values.clone();
    setup.seed = plan.scene.seed;
    setup.schedule = plan.engine.schedule().unwrap_or(setup.schedule);
    let page = page.split('#').next().unwrap_or_default();
    format!("{page}#{}", Link::new(setup).to_fragment())
}

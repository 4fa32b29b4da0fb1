//! A run as a picture: the page's timeline in SVG, with nothing outside it.
//!
//! It has no script and fetches nothing, so it can be an image in a README, part of a page, or a figure in
//! print. Light and dark are both in it: it follows the reader's system, or a host's theme, and each colour is a
//! custom property that a host can set: `--wl-polling` for the page's `--polling`, and so on.
//!
//! It is bounded: what is narrower than a pixel is drawn together, lanes beyond a limit are left out, and the
//! picture says how many.

#[path = "svg_foot.rs"]
mod foot;
#[path = "svg_pen.rs"]
mod pen;
#[path = "svg_style.rs"]
mod style;
#[cfg(test)]
#[path = "svg_tests.rs"]
mod tests;

use std::fmt::Write;

use rustc_hash::FxHashMap;

use self::pen::{SvgPen, number};
pub use self::style::Colours;
use super::svg_text::escaped;
use crate::drawing::Sight;
use crate::drawing::layout::{Layout, Metrics};
use crate::drawing::paint::{Scene, paint};
use crate::drawing::palette::Palette;
use crate::timeline::{Axis, Finding, LaneState, Model, Moment, Viewport, Window, duration_text};

/// How much room is left free before the first event and after the last, as on the page.
const MARGIN_PX: f64 = 16.0;
/// Lanes are roomy as long as the picture does not get higher than this by them.
const ROOMY_UP_TO_PX: f64 = 480.0;
/// No picture is narrower.
const NARROWEST_PX: u32 = 320;
/// How many lanes a description tells the ends of.
const ENDS_TOLD: usize = 12;

/// How a picture is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options<'a> {
    /// What every id in the picture begins with: no two pictures of a page may have the same.
    pub id: &'a str,
    /// What it is a picture of.
    pub title: &'a str,
    /// A sentence about it, for those who cannot see it.
    pub about: &'a str,
    /// How it was run.
    pub settings: &'a str,
    /// How wide it is where there is room; text has the size that it has on the page then.
    pub width_px: u32,
    /// How many lanes are drawn; the rest is counted.
    pub lanes: usize,
    /// Light, dark, or both.
    pub colours: Colours,
}

impl Default for Options<'_> {
    fn default() -> Self {
        Self {
            id: "wakeline",
            title: "A run",
            about: "",
            settings: "",
            width_px: 720,
            lanes: 60,
            colours: Colours::System,
        }
    }
}

/// What a picture leaves out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct LeftOut {
    /// Lanes and resources that are not drawn.
    lanes: usize,
    /// How often they were polled.
    polls: u64,
    /// Slices of lanes that are drawn which share a shape with others.
    crowded: usize,
}

/// Returns a picture of a run.
pub fn picture(model: &Model, options: &Options<'_>) -> String {
    // Whatever an id may not hold becomes a hyphen.
    let id: String =
        options.id.chars().map(|char| if char.is_ascii_alphanumeric() { char } else { '-' }).collect();
    let width_px = f64::from(options.width_px.max(NARROWEST_PX));
    let rows = model.panel_rows().min(options.lanes.max(1));
    let metrics = Metrics::new(width_px, ROOMY_UP_TO_PX, rows, false);
    let height_px = metrics.ruler_px + rows as f64 * metrics.lane_px + 1.0;
    let layout = Layout { metrics, width_px, height_px, scroll_px: 0.0, rows };
    let sight = sight(model, &layout);
    let above = model.shown_resources().len();
    let places: FxHashMap<_, _> = (above..).zip(model.rows()).map(|(at, row)| (row.lane, at)).collect();
    let palette = Palette::read(|name| name.trim_start_matches('-').to_owned());
    let scene =
        Scene { model, look: &sight, layout: &layout, palette: &palette, rows: &places, hovered_row: None };
    let findings = model.findings();
    let shade = options.colours.shade();
    let pen = SvgPen::new(&id, shade);
    pen.group("chart", || paint(&pen, &scene));
    let foot = foot::Foot { model, palette: &palette, findings: &findings, settings: options.settings };
    let mut high = height_px;
    pen.group("foot", || high = foot.draw(&pen, width_px, height_px, &left_out(model, &sight, rows)));
    let (elements, used) = pen.finish();

    let [width, height] = [width_px, high].map(number);
    let title = escaped(options.title);
    let about = escaped(&description(model, options.about, &findings));
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"wl-svg\" viewBox=\"0 0 {width} {height}\" \
         width=\"{width}\" height=\"{height}\" font-family=\"system-ui, sans-serif\" role=\"img\" aria-labelledby=\"{id}-title {id}-desc\">\n\
         <title id=\"{id}-title\">{title}</title>\n<desc id=\"{id}-desc\">{about}</desc>\n"
    );
    style::write(&mut out, options.colours, &used);
    if elements.contains(&SvgPen::hatch_id(&id)) {
        style::hatch(&mut out, &SvgPen::hatch_id(&id), shade);
    }
    let _ = writeln!(
        out,
        "<rect class=\"wl-surface\" color=\"{}\" fill=\"currentColor\" width=\"{width}\" height=\"{height}\"/>",
        shade.value("--surface")
    );
    out.push_str(&elements);
    out.push_str("</svg>\n");
    out
}

/// The whole run, seen from its end.
fn sight(model: &Model, layout: &Layout) -> Sight {
    let extent = model.extent();
    let axis = Axis::for_extent(&extent);
    let end = axis.x_from_moment(extent.end);
    Sight {
        axis,
        viewport: Viewport::fit(axis.x_range(&extent), layout.plot_width(), MARGIN_PX),
        playhead: end,
        moment: extent.end,
        now_nanos: extent.end.nanos,
        frontier: end,
        selection: None,
        hover_line: None,
        file: "",
        is_still: true,
    }
}

fn left_out(model: &Model, sight: &Sight, rows: usize) -> LeftOut {
    let drawn = rows.saturating_sub(model.shown_resources().len());
    let window = Window::new(model, &sight.axis, &sight.viewport);
    let spans = model.rows()[..drawn].iter().flat_map(|row| window.spans(row.lane));
    let polls = |lane| u64::from(model.lane_stats(lane, sight.moment).polls);
    LeftOut {
        lanes: model.panel_rows() - rows,
        polls: model.rows()[drawn..].iter().map(|row| polls(row.lane)).sum(),
        crowded: spans.filter(|span| span.spans > 1).map(|span| span.spans).sum(),
    }
}

/// What the picture shows, in sentences.
fn description(model: &Model, about: &str, findings: &[Finding]) -> String {
    let end = model.extent().end;
    let polls: u64 = model.rows().iter().map(|row| u64::from(model.lane_stats(row.lane, end).polls)).sum();
    let lanes = model.rows().len();
    let mut sentences: Vec<String> = Vec::new();
    sentences.extend((!about.is_empty()).then(|| about.trim_end_matches('.').to_owned()));
    sentences.push(format!(
        "The timeline has {lanes} {}, {polls} {} and ends at {}",
        if lanes == 1 { "lane" } else { "lanes" },
        if polls == 1 { "poll" } else { "polls" },
        duration_text(end.nanos)
    ));
    sentences.extend(findings.iter().take(foot::FINDINGS).map(|finding| format!("Found: {}", finding.text)));
    sentences.extend(model.rows().iter().take(ENDS_TOLD).map(|row| end_of(model, row.lane, end)));
    sentences.join(". ") + "."
}

fn end_of(model: &Model, lane: crate::trace::LaneId, end: Moment) -> String {
    let name = model.lane_name(lane);
    match model.state_at(lane, end) {
        LaneState::Unborn | LaneState::New => format!("`{name}` was never polled"),
        LaneState::Live(_) | LaneState::Ended(_) => model.state_sentence(lane, end).replace(" · ", ", "),
    }
}
